import { type Input, number, type Output, record, text } from "../http/input.ts";
import type { World } from "../world.ts";
import { type Condition, holds, readCondition } from "./condition.ts";
import { activeTable } from "./find.ts";
import { invalid } from "./invalid.ts";
import { consumed, isSameKey, refuseLegacy } from "./items.ts";
import { type KeyRange, readKeyRange } from "./key-condition.ts";
import { keyOf } from "./keys.ts";
import type { Path } from "./path.ts";
import { project, readProjection } from "./projection.ts";
import { Substitutes } from "./substitutes.ts";
import type { Index, Table } from "./table.ts";
import { compare, type Item, isSame, itemSize, readItem } from "./value.ts";

/** A page ends with the item that reaches this many bytes. [D: Query, 1 MB] */
const PAGE_BYTES = 1024 * 1024;

interface Wanted {
  readonly table: Table;
  readonly index: Index | undefined;
  readonly keys: KeyRange;
  readonly filter: Condition | undefined;
  readonly paths: readonly Path[] | undefined;
  readonly isForward: boolean;
}

export function query(world: World, input: Input): Output {
  const wanted = readQuery(world, input);
  const all = found(wanted);
  const start = startOf(wanted, all, input);
  const limit = number(input, "Limit") ?? Number.POSITIVE_INFINITY;
  if (limit < 1)
    throw invalid(
      `1 validation error detected: Value '${limit}' at 'limit' failed to satisfy constraint: Member must have value greater than or equal to 1`,
    );
  const page: Item[] = [];
  let bytes = 0;
  for (const item of all.slice(start)) {
    if (page.length >= limit || bytes >= PAGE_BYTES) break;
    page.push(item);
    bytes += itemSize(item);
  }
  const passed = page.filter((item) => wanted.filter === undefined || holds(wanted.filter, item));
  // A page that is full ends with a key even where nothing comes after it. [D]
  const isCut = start + page.length < all.length || page.length === limit;
  const last = page.at(-1);
  const isCount = text(input, "Select") === "COUNT";
  const units = Math.max(0.5, Math.ceil(bytes / 4096) / (input.ConsistentRead === true ? 1 : 2));
  return {
    ...(!isCount && { Items: passed.map((item) => project(shown(wanted, item), wanted.paths)) }),
    Count: passed.length,
    ScannedCount: page.length,
    ...(isCut && last && { LastEvaluatedKey: placeOf(wanted, last) }),
    ...consumed(input, wanted.table, units),
  };
}

function readQuery(world: World, input: Input): Wanted {
  refuseLegacy(input);
  const table = activeTable(world, input);
  const index = indexOf(table, input);
  const given = new Substitutes(input);
  const expression = text(input, "KeyConditionExpression");
  if (expression === undefined)
    throw invalid("Either the KeyConditions or KeyConditionExpression parameter must be specified in the request.");
  const keyed = index?.keys ?? table.keys;
  const keys = readKeyRange(readCondition(expression, "KeyConditionExpression", given), keyed, table.types);
  const filtering = text(input, "FilterExpression");
  const filter = filtering === undefined ? undefined : readCondition(filtering, "FilterExpression", given);
  const paths = readProjection(input, given);
  given.assertUsed();
  if (index !== undefined && input.ConsistentRead === true)
    throw invalid("Consistent reads are not supported on global secondary indexes");
  return { table, index, keys, filter, paths, isForward: input.ScanIndexForward !== false };
}

function indexOf({ indexes }: Table, input: Input): Index | undefined {
  const name = text(input, "IndexName");
  if (name === undefined) return undefined;
  const found = indexes.find((one) => one.name === name);
  if (found === undefined) throw invalid(`The table does not have the specified index: ${name}`);
  return found;
}

/** All items of the query, in its order. In an index equal range keys may have any order: here the table's. */
function found({ table, index, keys, isForward }: Wanted): readonly Item[] {
  const { hash, range } = index?.keys ?? table.keys;
  const inTable = index === undefined ? table.items.partition({ [hash]: keys.hash }) : table.items.all();
  const items = inTable.filter((item) => {
    const [own, place] = [item[hash], range === undefined ? {} : item[range]];
    if (own === undefined || place === undefined || !isSame(own, keys.hash)) return false;
    return keys.range === undefined || holds(keys.range, item);
  });
  const ordered =
    index === undefined || range === undefined
      ? [...items]
      : items.toSorted((a, b) => compare(a[range] ?? {}, b[range] ?? {}));
  return isForward ? ordered : ordered.reverse();
}

/** What names an item's place in this query: its key, and that of the index. */
function placeOf({ table, index }: Wanted, item: Item): Item {
  const names = index === undefined ? [] : [index.keys.hash, index.keys.range];
  const more = names.flatMap((name) => (name === undefined || item[name] === undefined ? [] : [[name, item[name]]]));
  return { ...keyOf(table, item), ...Object.fromEntries(more) };
}

function startOf(wanted: Wanted, all: readonly Item[], input: Input): number {
  const given = record(input, "ExclusiveStartKey");
  if (given === undefined) return 0;
  const key = readItem(given);
  const { table, index, isForward } = wanted;
  const { hash, range } = index?.keys ?? table.keys;
  const names = Object.keys(placeOf(wanted, { ...key }));
  if (Object.keys(key).length !== names.length) throw invalid("The provided starting key is invalid");
  const own = key[hash];
  if (own === undefined || !isSame(own, wanted.keys.hash))
    throw invalid("The provided starting key is outside query boundaries based on provided conditions");
  const at = all.findIndex((item) => isSameKey(keyOf(table, item), keyOf(table, key)));
  if (at >= 0) return at + 1;
  // It may have gone since: the query continues with what comes after it.
  const next = all.findIndex((item) => {
    const order = range === undefined ? 0 : compare(item[range] ?? {}, key[range] ?? {});
    return isForward ? order > 0 : order < 0;
  });
  return next < 0 ? all.length : next;
}

/** An index holds what it projects. [D; asking for more of a global index is refused] */
function shown({ table, index, paths }: Wanted, item: Item): Item {
  if (index === undefined || index.projection === "ALL") return item;
  const kept = new Set([table.keys.hash, table.keys.range, index.keys.hash, index.keys.range, ...index.included]);
  const missing = paths?.map(([name]) => name).filter((name) => !kept.has(name)) ?? [];
  if (missing.length > 0)
    throw invalid(
      `One or more parameter values were invalid: Global secondary index ${index.name} does not project ${missing.join(", ")}`,
    );
  return Object.fromEntries(Object.entries(item).filter(([name]) => kept.has(name)));
}
