import type { AttributeValue, QueryCommandInput } from "@aws-sdk/client-dynamodb";
import { brakeKey, STOPPED, type TableItem, type TargetEvent } from "../../domain/fleet/run.ts";
import type { FleetStore, Stop } from "../../domain/fleet/store.ts";
import { sanitise } from "../../domain/sanitise.ts";
import type { Clients } from "../client/clients.ts";
import { IncompleteAnswer } from "../client/needed.ts";
import { allItems, type Calls, type Item, limitedCalls, putOnce, type Store } from "./calls.ts";
import { pkOf, recordOf } from "./item.ts";

/** Enough to have a step among them nearly always. */
const TAIL = 8;

/**
 * Plans, approvals and brakes in the table of the shared journal. `clients`: of the table's region, which send each request
 * once. A write is a PutItem on the condition that its key is free. [D: API_PutItem.html, API_UpdateItem.html]
 */
export function createFleetStore(clients: Clients, { table, name }: Store): FleetStore {
  const limited = limitedCalls(clients, name);
  const query = (input: Omit<QueryCommandInput, "TableName">, most?: number) =>
    limited("dynamodb:Query", "read", (calls) =>
      allItems(calls, { TableName: table, ConsistentRead: true, ...input }, most),
    );
  const newest = (execution: string, most?: number) =>
    query({ ...keyIs(pkOf(execution)), ScanIndexForward: false }, most);
  return {
    name,
    put: (item) => limited("dynamodb:PutItem", "write", (calls) => putOnce(calls, table, typedItem(item))),
    read: async (pk, sk) => {
      const condition = {
        KeyConditionExpression: "pk = :pk AND sk = :sk",
        ExpressionAttributeValues: { ":pk": { S: pk }, ":sk": { S: sk } },
      };
      const [item] = await query(condition);
      return item && plainItem(item);
    },
    list: async (pk) => (await query(keyIs(pk))).map(plainItem),
    stop: (run, wave, stop) =>
      limited("dynamodb:UpdateItem", "write", (calls) => brake(calls, table, brakeOf(run, wave), stop)),
    halt: (run, wave, at) =>
      limited("dynamodb:UpdateItem", "write", async ({ client, sdk, abortSignal }) => {
        const UpdateExpression = "SET haltedAt = :at";
        const ExpressionAttributeValues = { ":at": { S: at } };
        const input = { TableName: table, Key: brakeOf(run, wave), UpdateExpression, ExpressionAttributeValues };
        await client.send(new sdk.UpdateItemCommand(input), { abortSignal });
      }),
    tail: async (execution) => {
      const last = (await newest(execution, TAIL)).map((item) => eventOf(execution, item));
      const isEnough = last.length < TAIL || last.some(({ step }) => step !== undefined);
      const events = isEnough ? last : (await newest(execution)).map((item) => eventOf(execution, item));
      return events.reverse();
    },
  };
}

const keyIs = (pk: string) => ({
  KeyConditionExpression: "pk = :pk",
  ExpressionAttributeValues: { ":pk": { S: pk } },
});

const brakeOf = (run: string, wave: string): Item => ({ pk: { S: brakeKey(run) }, sk: { S: wave } });

/** The machine reads both numbers. Its count stays: it may be counting now. */
async function brake({ client, sdk, abortSignal }: Calls, TableName: string, Key: Item, { by, at }: Stop) {
  const sets = [
    "tolerated = :stopped",
    "failed = if_not_exists(failed, :none)",
    "stoppedAt = if_not_exists(stoppedAt, :at)",
    ...(by === undefined ? [] : ["stoppedBy = if_not_exists(stoppedBy, :by)"]),
  ];
  const input = {
    TableName,
    Key,
    UpdateExpression: `SET ${sets.join(", ")}`,
    ExpressionAttributeValues: {
      ...{ ":stopped": { N: String(STOPPED) }, ":none": { N: "0" }, ":at": { S: at } },
      ...(by !== undefined && { ":by": { S: by } }),
    },
  };
  await client.send(new sdk.UpdateItemCommand(input), { abortSignal });
}

function typedItem(item: TableItem): Item {
  const typed = Object.entries(item).flatMap(([name, value]) => (value === undefined ? [] : [[name, typedOf(value)]]));
  return Object.fromEntries(typed) as Item;
}

function typedOf(value: string | number | boolean): AttributeValue {
  if (typeof value === "string") return { S: value };
  return typeof value === "number" ? { N: String(value) } : { BOOL: value };
}

/** Attributes of other types are none of ours. Texts are safe to show, and whole: some are JSON. */
function plainItem(item: Item): TableItem {
  const plain = Object.entries(item).flatMap(([name, { S, N, BOOL }]) => {
    const value = S === undefined ? (N === undefined ? BOOL : Number(N)) : whole(S);
    return value === undefined ? [] : [[name, value] as const];
  });
  return Object.fromEntries(plain) as unknown as TableItem;
}

const whole = (text: string): string => sanitise(text, { lines: true, most: Number.POSITIVE_INFINITY });

/** Throws `IncompleteAnswer` where the item is no record of ours. */
function eventOf(execution: string, item: Item): TargetEvent {
  try {
    const { at, type, step, exitCode } = JSON.parse(recordOf(execution, item).line) as Record<string, unknown>;
    return {
      execution,
      at: sanitise(String(at)),
      type: sanitise(String(type)),
      ...(typeof step === "string" && { step: sanitise(step) }),
      ...(typeof exitCode === "number" && { exitCode }),
    };
  } catch (error) {
    if (error instanceof SyntaxError) throw new IncompleteAnswer("record that is JSON");
    throw error;
  }
}
