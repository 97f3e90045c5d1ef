/** At most three of `names` that differ little from `given`, the nearest first; else some that hold it whole. */
export function nearestNames(given: string, names: readonly string[]): string[] {
  const most = Math.max(2, Math.floor(given.length / 3));
  const near = names
    .map((name) => ({ name, distance: distanceOf(given.toLowerCase(), name.toLowerCase()) }))
    .filter(({ distance }) => distance <= most)
    .sort((a, b) => a.distance - b.distance)
    .map(({ name }) => name);
  const holding = names.filter((name) => name.includes(given));
  return (near.length > 0 ? near : holding).slice(0, 3);
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
