/** Polls until `holds` answers true. @throws after `seconds`, naming what was awaited. */
export async function eventually(
  what: string,
  holds: () => Promise<boolean> | boolean,
  seconds = 60,
): Promise<void> {
  const until = performance.now() + seconds * 1000;
  while (!(await holds())) {
    if (performance.now() > until) throw new Error(`did not happen in ${seconds} s: ${what}`);
    await new Promise((resume) => setTimeout(resume, 20));
  }
}
