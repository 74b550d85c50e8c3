import { compare, type Item, typeOf } from "./value.ts";

/** The attributes that name an item, or its place in an index. */
export interface Keys {
  readonly hash: string;
  readonly range: string | undefined;
}

/** Items by their key: each partition is in the order of the range key. */
export class ItemStore {
  readonly #keys: Keys;
  readonly #partitions = new Map<string, Item[]>();

  constructor(keys: Keys) {
    this.#keys = keys;
  }

  get(key: Item): Item | undefined {
    const { items, at, isThere } = this.#seat(key);
    return isThere ? items[at] : undefined;
  }

  put(item: Item): void {
    const { items, at, isThere } = this.#seat(item);
    if (items.length === 0) this.#partitions.set(this.#partitionOf(item), items);
    items.splice(at, isThere ? 1 : 0, item);
  }

  remove(key: Item): void {
    const { items, at, isThere } = this.#seat(key);
    if (isThere) items.splice(at, 1);
  }

  /** Of one partition, in order. */
  partition(key: Item): readonly Item[] {
    return this.#partitions.get(this.#partitionOf(key)) ?? [];
  }

  all(): readonly Item[] {
    return [...this.#partitions.values()].flat();
  }

  #partitionOf(item: Item): string {
    const value = item[this.#keys.hash] ?? {};
    const type = typeOf(value);
    return `${type} ${String(value[type])}`;
  }

  #seat(item: Item): { readonly items: Item[]; readonly at: number; readonly isThere: boolean } {
    const items = this.#partitions.get(this.#partitionOf(item)) ?? [];
    let [low, high] = [0, items.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#order(items[middle] ?? {}, item) < 0) low = middle + 1;
      else high = middle;
    }
    const found = items[low];
    return { items, at: low, isThere: found !== undefined && this.#order(found, item) === 0 };
  }

  #order(a: Item, b: Item): number {
    const { range } = this.#keys;
    return range === undefined ? 0 : compare(a[range] ?? {}, b[range] ?? {});
  }
}
