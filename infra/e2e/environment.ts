/** Sets variables of this process, which the servers that it starts inherit; returns what puts them back. */
export function setEnvironment(wanted: Record<string, string>): () => void {
  const before = Object.keys(wanted).map((name) => [name, process.env[name]] as const);
  Object.assign(process.env, wanted);
  return () => {
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  };
}
