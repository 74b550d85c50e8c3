import type { AttributeValue, QueryCommandInput } from "@aws-sdk/client-dynamodb";
import { sanitiseDeep } from "../../domain/sanitise.ts";
import type { ListedRecord, LogRecord, SharedLog } from "../../domain/shared-log.ts";
import { outOfTime, withTimeLimit } from "../../domain/time-limit.ts";
import type { Clients } from "../client/clients.ts";
import { translate } from "../client/errors.ts";
import { everyPage } from "../client/every-page.ts";
import { itemOf, LAST_PLACE, LISTED, listedOf, pkOf, recordOf, skOf } from "./item.ts";
import { gapError, storeError, tooLarge } from "./store-errors.ts";

/** How long (ms) the store may take to answer a call, with all its pages. */
const LIMIT_MS = 2000;

/** Of a line. An item holds 400 KB with its names. [D: DynamoDB quotas] */
const MOST_BYTES = 390 * 1024;

/** Pauses (ms) after which a throttled call is sent again: it had no effect. The limit ends them. */
const PAUSES: readonly number[] = [50, 100, 200, 400, 800];

/** The journal's table. `name`: its address, for errors. */
export interface Store {
  readonly table: string;
  readonly name: string;
}

/**
 * A log in a table of DynamoDB. `clients`: of the table's region, which send each request once. A write is a PutItem on the
 * condition that its place is free. [D: docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_PutItem.html]
 */
export function createSharedLog(clients: Clients, { table, name }: Store): SharedLog {
  const limited = <T>(call: string, kind: "read" | "write", work: (calls: Calls) => Promise<T>) =>
    withinLimit(clients, work, call).catch((failure: unknown) => {
      throw storeError(failure, call, name, kind);
    });
  return {
    name,
    put: async (record) => {
      const bytes = Buffer.byteLength(record.line);
      if (bytes > MOST_BYTES || record.n > LAST_PLACE) throw tooLarge(name, record.execution, record.n, bytes);
      return limited("dynamodb:PutItem", "write", (calls) => put(calls, table, record));
    },
    read: (execution, from) =>
      limited("dynamodb:Query", "read", async (calls) => {
        const records = await read(calls, table, execution, from);
        const gap = records.findIndex(({ n }, index) => n !== from + index);
        if (gap >= 0) throw gapError(name, execution, from + gap);
        return records;
      }),
    list: (most) => limited("dynamodb:Query", "read", (calls) => list(calls, table, most)),
  };
}

async function put({ client, sdk, abortSignal }: Calls, TableName: string, record: LogRecord) {
  const input = { TableName, Item: itemOf(record), ConditionExpression: "attribute_not_exists(sk)" };
  try {
    await client.send(new sdk.PutItemCommand(input), { abortSignal });
    return "written" as const;
  } catch (failure) {
    if ((failure as Error).name === "ConditionalCheckFailedException") return "taken" as const;
    throw failure;
  }
}

/** Consistent: every record whose write was acknowledged is there. */
async function read(calls: Calls, TableName: string, execution: string, from: number): Promise<readonly LogRecord[]> {
  const items = await allItems(calls, {
    TableName,
    ConsistentRead: true,
    KeyConditionExpression: "pk = :execution AND sk >= :from",
    ExpressionAttributeValues: { ":execution": { S: pkOf(execution) }, ":from": { S: skOf(from) } },
  });
  return items.map((item) => recordOf(execution, item));
}

/** The index is sparse: it has the listed records alone, without their lines. */
async function list(calls: Calls, TableName: string, most: number): Promise<readonly ListedRecord[]> {
  const items = await allItems(
    calls,
    {
      TableName,
      IndexName: LISTED,
      ScanIndexForward: false,
      KeyConditionExpression: "listed = :executions",
      ExpressionAttributeValues: { ":executions": { S: LISTED } },
    },
    most,
  );
  return sanitiseDeep(items.map(listedOf));
}

type Item = Record<string, AttributeValue>;

/** All pages (1 MB each), or as many as hold `most` items. */
async function allItems(
  { client, sdk, abortSignal }: Calls,
  query: QueryCommandInput,
  most = Number.POSITIVE_INFINITY,
): Promise<readonly Item[]> {
  let left = most;
  const items = await everyPage<Item>(async (token) => {
    const input = {
      ...query,
      ...(token !== undefined && { ExclusiveStartKey: JSON.parse(token) as Item }),
      ...(Number.isFinite(left) && { Limit: left }),
    };
    const { Items = [], LastEvaluatedKey } = await client.send(new sdk.QueryCommand(input), { abortSignal });
    left -= Items.length;
    const isOver = LastEvaluatedKey === undefined || left <= 0;
    return { items: Items, next: isOver ? undefined : JSON.stringify(LastEvaluatedKey) };
  });
  return items.slice(0, most);
}

type Calls = Awaited<ReturnType<typeof load>> & { readonly abortSignal: AbortSignal };

/** Loading the SDK is this machine's own work. */
async function load(clients: Clients) {
  const [client, sdk] = await Promise.all([clients.dynamodb(), import("../sdk/dynamodb.ts")]);
  return { client, sdk };
}

/** The limit also ends work that ignores the signal, such as a credentials helper that hangs. */
async function withinLimit<T>(clients: Clients, work: (calls: Calls) => Promise<T>, call: string): Promise<T> {
  const aborter = new AbortController();
  try {
    const loaded = await load(clients);
    return await withTimeLimit(
      LIMIT_MS,
      unthrottled(() => work({ ...loaded, abortSignal: aborter.signal }), call, aborter.signal),
    );
  } finally {
    aborter.abort();
  }
}

async function unthrottled<T>(work: () => Promise<T>, call: string, signal: AbortSignal): Promise<T> {
  for (const pause of PAUSES) {
    try {
      return await work();
    } catch (failure) {
      if (signal.aborted || translate(failure, call).detail.code !== "aws-throttled") throw failure;
      await outOfTime(pause * (0.5 + Math.random() / 2), signal);
    }
  }
  return work();
}
