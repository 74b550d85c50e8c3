/** Whether a server's list is in this order. A single item shows no order. */
export function isSorted<T>(list: readonly T[], compare: (a: T, b: T) => number): boolean {
  return list.length > 1 && list.every((item, index) => index === 0 || compare(list[index - 1] as T, item) <= 0);
}
