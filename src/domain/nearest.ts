/** More changes than this are no slip of the finger. */
const MOST_SLIPS = 2;

/** The name nearest to the given one, if a typing mistake lies between them; a short word allows a single slip. */
export function nearest(given: string, names: readonly string[]): string | undefined {
  const word = given.slice(0, 80).toLowerCase();
  const slips = (name: string) => Math.min(MOST_SLIPS, Math.max(1, Math.floor(Math.max(name.length, word.length) / 3)));
  const ranked = names
    .filter((name) => Math.abs(name.length - word.length) <= slips(name))
    .map((name) => ({ name, distance: distance(word, name.toLowerCase()) }))
    .filter(({ name, distance }) => distance <= slips(name))
    .sort((a, b) => a.distance - b.distance);
  return ranked[0]?.name;
}

/** Insertions, deletions, replacements and swaps of neighbours that turn `a` into `b`. */
function distance(a: string, b: string): number {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, column) => column)];
  const at = (row: number, column: number): number => rows[row]?.[column] ?? Number.POSITIVE_INFINITY;
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    rows.push(row);
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      const swapped = i > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      row.push(
        Math.min(
          at(i - 1, j) + 1,
          at(i, j - 1) + 1,
          at(i - 1, j - 1) + (same ? 0 : 1),
          swapped ? at(i - 2, j - 2) + 1 : Number.POSITIVE_INFINITY,
        ),
      );
    }
  }
  return at(a.length, b.length);
}
