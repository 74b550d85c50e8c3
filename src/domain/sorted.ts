/** Whether a list that a server gave shows an order; a single item shows none. */
export function isSorted<T>(list: readonly T[], compare: (a: T, b: T) => number): boolean {
  return list.length > 1 && list.every((item, index) => index === 0 || compare(list[index - 1] as T, item) <= 0);
}
