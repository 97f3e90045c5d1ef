/** `<recipe>-<n>`, one past the highest n that is taken. */
export function nextRunName(recipe: string, taken: Iterable<string>): string {
  const numbers = [...taken].map((name) => numberOf(recipe, name) ?? 0);
  return `${recipe}-${Math.max(0, ...numbers) + 1}`;
}

/** The n of `<recipe>-<n>`; null for a name that is not of that form. */
export function numberOf(recipe: string, name: string): number | null {
  const rest = name.startsWith(`${recipe}-`) ? name.slice(recipe.length + 1) : '';
  return /^[1-9]\d{0,8}$/.test(rest) ? Number(rest) : null;
}
