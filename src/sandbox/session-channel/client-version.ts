/** Whether a client's version (numbers between dots) is `first` or later. An invalid version is older than any. */
export function isSince(version: string, first: string): boolean {
  if (!/^\d+(\.\d+)*$/.test(version)) return false;
  const [given, wanted] = [numbers(version), numbers(first)];
  for (const [index, number] of wanted.entries()) {
    const difference = (given[index] ?? -1) - number;
    if (difference !== 0) return difference > 0;
  }
  return true;
}

const numbers = (version: string): number[] => version.split(".").map(Number);
