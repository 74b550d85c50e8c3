/** Whether release `a` of this program is newer than `b`, by the numbers of their names: `0.10.0` is newer than `0.9.1`. */
export function isNewer(a: string, b: string): boolean {
  const [one, other] = [a, b].map(numbers);
  const index = (one ?? []).findIndex((number, at) => number !== (other?.[at] ?? 0));
  return index !== -1 && (one?.[index] ?? 0) > (other?.[index] ?? 0);
}

const numbers = (version: string): readonly number[] =>
  (/^\d+(?:\.\d+)*/.exec(version)?.[0] ?? "0").split(".").map(Number);
