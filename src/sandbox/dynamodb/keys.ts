import { invalid, unfit } from "./invalid.ts";
import type { Table } from "./table.ts";
import { type Item, itemSize, sizeOf, typeOf } from "./value.ts";

const MOST_HASH = 2048;
const MOST_RANGE = 1024;
const MOST_ITEM = 400 * 1024;

const namesOf = ({ keys }: Table): readonly string[] => [keys.hash, ...(keys.range === undefined ? [] : [keys.range])];

/** The part of an item that names it. */
export const keyOf = (table: Table, item: Item): Item =>
  Object.fromEntries(namesOf(table).map((name) => [name, item[name] ?? {}]));

/** A key as GetItem, UpdateItem and DeleteItem want it: those attributes, and no others. [texts O] */
export function assertKey(table: Table, key: Item): void {
  const names = namesOf(table);
  if (Object.keys(key).length !== names.length) throw invalid("The provided key element does not match the schema");
  for (const name of names) {
    const value = key[name];
    if (value === undefined || typeOf(value) !== table.types[name])
      throw invalid("The provided key element does not match the schema");
  }
  assertKeySizes(table, key);
}

/** A whole item as PutItem wants it. [D: limits; texts O] */
export function assertItem(table: Table, item: Item): void {
  for (const name of namesOf(table)) {
    const value = item[name];
    if (value === undefined) throw unfit(`Missing the key ${name} in the item`);
    if (typeOf(value) !== table.types[name])
      throw unfit(`Type mismatch for key ${name} expected: ${table.types[name]} actual: ${typeOf(value)}`);
  }
  assertKeySizes(table, item);
  assertIndexKeys(table, item);
  if (itemSize(item) > MOST_ITEM) throw invalid("Item size has exceeded the maximum allowed size");
}

function assertKeySizes(table: Table, item: Item): void {
  for (const name of namesOf(table)) {
    const size = sizeOf(item[name] ?? {});
    if (size === 0)
      throw invalid(
        `One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty ${table.types[name] === "B" ? "binary" : "string"} value. Key: ${name}`,
      );
    if (name === table.keys.hash && size > MOST_HASH)
      throw unfit("Size of hashkey has exceeded the maximum size limit of2048 bytes");
    if (name !== table.keys.hash && size > MOST_RANGE)
      throw unfit("Aggregated size of all range keys has exceeded the size limit of 1024 bytes");
  }
}

/** An item without an index's key is simply not in the index; one of another type is refused. [D] */
export function assertIndexKeys({ indexes, types }: Table, item: Item): void {
  for (const { name: index, keys } of indexes) {
    for (const name of [keys.hash, ...(keys.range === undefined ? [] : [keys.range])]) {
      const value = item[name];
      if (value === undefined) continue;
      const actual = typeOf(value);
      if (actual !== types[name])
        throw unfit(
          `Type mismatch for Index Key ${name} Expected: ${types[name]} Actual: ${actual} IndexName: ${index}`,
        );
      if (sizeOf(value) === 0)
        throw invalid(
          `One or more parameter values are not valid. A value specified for a secondary index key is not supported. The AttributeValue for a key attribute cannot contain an empty string value. IndexName: ${index}, IndexKey: ${name}`,
        );
    }
  }
}

export { MOST_ITEM };
