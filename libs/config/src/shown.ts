const longestShown = 200;

/** What was given, as JSON, cut where it is long. */
export function shown(given: unknown): string {
  return given === undefined ? 'nothing' : cut(JSON.stringify(given));
}

export const cut = (text: string): string =>
  text.length <= longestShown ? text : `${text.slice(0, longestShown)}…`;
