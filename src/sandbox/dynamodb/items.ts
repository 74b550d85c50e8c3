import { AwsError } from "../http/aws-error.ts";
import { type Input, type Output, record, text } from "../http/input.ts";
import { changing, type Operation, reading } from "../http/operation.ts";
import type { World } from "../world.ts";
import { type Condition, holds, readCondition } from "./condition.ts";
import { activeTable } from "./find.ts";
import { invalid, unfit } from "./invalid.ts";
import { assertIndexKeys, assertItem, assertKey, MOST_ITEM } from "./keys.ts";
import { project, readProjection } from "./projection.ts";
import { Substitutes } from "./substitutes.ts";
import type { Table } from "./table.ts";
import { readUpdate, updated } from "./update.ts";
import { type Item, isSame, itemSize, readItem } from "./value.ts";

/** Of an older API that the expressions took over from. [D: Legacy parameters] */
const LEGACY = [
  "Expected",
  "AttributeUpdates",
  "AttributesToGet",
  "ConditionalOperator",
  "KeyConditions",
  "QueryFilter",
];

export function refuseLegacy(input: Input): void {
  const found = LEGACY.find((name) => input[name] !== undefined && input[name] !== null);
  if (found !== undefined)
    throw new AwsError("NotImplemented", `The sandbox knows expressions, and not ${found} of the older API.`, 501);
}

interface Write {
  readonly table: Table;
  readonly input: Input;
  readonly given: Substitutes;
  readonly condition: Condition | undefined;
}

function readWrite(world: World, input: Input): Write {
  refuseLegacy(input);
  const table = activeTable(world, input);
  const given = new Substitutes(input);
  const expression = text(input, "ConditionExpression");
  const condition = expression === undefined ? undefined : readCondition(expression, "ConditionExpression", given);
  return { table, input, given, condition };
}

/** The item is shown where ReturnValuesOnConditionCheckFailure asks for it. [D] */
function assertHolds({ condition, input }: Write, item: Item | undefined): void {
  if (condition === undefined || holds(condition, item)) return;
  const isShown = text(input, "ReturnValuesOnConditionCheckFailure") === "ALL_OLD" && item !== undefined;
  throw new AwsError(
    "ConditionalCheckFailedException",
    "The conditional request failed",
    400,
    isShown ? { Item: item } : {},
  );
}

function returned(input: Input, allowed: readonly string[], what: string): string {
  const wanted = text(input, "ReturnValues") ?? "NONE";
  if (allowed.includes(wanted)) return wanted;
  throw invalid(`Return values set to invalid value: ${what} takes ${allowed.join(", ")}`);
}

/** What was read or written, in units; asked for by ReturnConsumedCapacity. [D] */
export function consumed(input: Input, { name }: Table, units: number): Output {
  const wanted = text(input, "ReturnConsumedCapacity") ?? "NONE";
  return wanted === "NONE" ? {} : { ConsumedCapacity: { TableName: name, CapacityUnits: units } };
}

const writeUnits = (item: Item): number => Math.max(1, Math.ceil(itemSize(item) / 1024));

function put(world: World, input: Input): Output {
  const write = readWrite(world, input);
  const { table, given } = write;
  const wanted = returned(input, ["NONE", "ALL_OLD"], "PutItem");
  given.assertUsed();
  const item = readItem(record(input, "Item"));
  assertItem(table, item);
  const old = table.items.get(item);
  assertHolds(write, old);
  table.items.put(item);
  return { ...(wanted === "ALL_OLD" && old && { Attributes: old }), ...consumed(input, table, writeUnits(item)) };
}

function readKey(table: Table, input: Input): Item {
  const key = readItem(record(input, "Key"));
  assertKey(table, key);
  return key;
}

function get(world: World, input: Input): Output {
  refuseLegacy(input);
  const table = activeTable(world, input);
  const given = new Substitutes(input);
  const paths = readProjection(input, given);
  given.assertUsed();
  const found = table.items.get(readKey(table, input));
  const units = Math.max(1, Math.ceil((found === undefined ? 0 : itemSize(found)) / 4096));
  const isConsistent = input.ConsistentRead === true;
  return {
    ...(found && { Item: project(found, paths) }),
    ...consumed(input, table, isConsistent ? units : units / 2),
  };
}

function remove(world: World, input: Input): Output {
  const write = readWrite(world, input);
  const { table, given } = write;
  const wanted = returned(input, ["NONE", "ALL_OLD"], "DeleteItem");
  given.assertUsed();
  const key = readKey(table, input);
  const old = table.items.get(key);
  assertHolds(write, old);
  table.items.remove(key);
  return { ...(wanted === "ALL_OLD" && old && { Attributes: old }), ...consumed(input, table, writeUnits(old ?? key)) };
}

const UPDATE_RETURNS = ["NONE", "ALL_OLD", "UPDATED_OLD", "ALL_NEW", "UPDATED_NEW"];

/** An item that is not there is made. [D] */
function update(world: World, input: Input): Output {
  const write = readWrite(world, input);
  const { table, given } = write;
  const wanted = returned(input, UPDATE_RETURNS, "UpdateItem");
  const expression = text(input, "UpdateExpression");
  const changes = expression === undefined ? [] : readUpdate(expression, given);
  given.assertUsed();
  const key = readKey(table, input);
  const ofKey = changes.find(({ path }) => path[0] in key)?.path[0];
  if (ofKey !== undefined) throw unfit(`Cannot update attribute ${ofKey}. This attribute is part of the key`);
  const old = table.items.get(key);
  assertHolds(write, old);
  const item = updated(old ?? key, changes);
  assertIndexKeys(table, item);
  if (itemSize(item) > MOST_ITEM) throw invalid("Item size to update has exceeded the maximum allowed size");
  table.items.put(item);
  const source = wanted.endsWith("OLD") ? old : item;
  const touched = new Set(changes.map(({ path }) => path[0]));
  const shown = Object.entries(source ?? {}).filter(([name]) => wanted.startsWith("ALL") || touched.has(name));
  return {
    ...(wanted !== "NONE" && shown.length > 0 && { Attributes: Object.fromEntries(shown) }),
    ...consumed(input, table, Math.max(writeUnits(item), writeUnits(old ?? item))),
  };
}

export const itemOperations: Readonly<Record<string, Operation>> = {
  PutItem: changing(put),
  GetItem: reading(get),
  UpdateItem: changing(update),
  DeleteItem: changing(remove),
};

/** Whether a key of the request leads to an item of this key. */
export const isSameKey = (a: Item, b: Item): boolean => isSame({ M: a }, { M: b });
