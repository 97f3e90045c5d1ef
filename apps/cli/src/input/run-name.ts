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

/** At most three of `names` that differ little from `given`, the nearest first. */
export function nearestNames(given: string, names: readonly string[]): string[] {
  const near = Math.max(2, Math.floor(given.length / 3));
  return names
    .map((name) => ({ name, distance: distanceOf(given.toLowerCase(), name.toLowerCase()) }))
    .filter(({ name, distance }) => distance <= near || name.startsWith(given))
    .sort((a, b) => a.distance - b.distance)
    .slice(0, 3)
    .map(({ name }) => name);
}

/** Levenshtein's: insertions, deletions and replacements that turn `a` into `b`. */
function distanceOf(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, row[j]! + 1, next[j - 1]! + 1));
    }
    row = next;
  }
  return row[b.length]!;
}
