import type { AttributeValue, QueryCommandInput } from "@aws-sdk/client-dynamodb";
import { outOfTime, withTimeLimit } from "../../domain/time-limit.ts";
import type { Clients } from "../client/clients.ts";
import { translate } from "../client/errors.ts";
import { everyPage } from "../client/every-page.ts";
import { storeError } from "./store-errors.ts";

/** How long (ms) the store may take to answer a call, with all its pages. */
const LIMIT_MS = 2000;

/** Pauses (ms) after which a throttled call is sent again: it had no effect. The limit ends them. */
const PAUSES: readonly number[] = [50, 100, 200, 400, 800];

/** The journal's table. `name`: its address, for errors. */
export interface Store {
  readonly table: string;
  readonly name: string;
}

export type Item = Record<string, AttributeValue>;

/** Calls of the store within its limit; what fails is thrown as `storeError` says it. */
export const limitedCalls =
  (clients: Clients, name: string) =>
  <T>(call: string, kind: "read" | "write", work: (calls: Calls) => Promise<T>): Promise<T> =>
    withinLimit(clients, work, call).catch((failure: unknown) => {
      throw storeError(failure, call, name, kind);
    });

/** All pages (1 MB each), or as many as hold `most` items. */
export async function allItems(
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

/** A client, its commands and the signal that ends them. */
export type Calls = Awaited<ReturnType<typeof load>> & { readonly abortSignal: AbortSignal };

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

/** Writes an item if its place is free. */
export async function putOnce(
  { client, sdk, abortSignal }: Calls,
  TableName: string,
  item: Item,
): Promise<"written" | "taken"> {
  const input = { TableName, Item: item, ConditionExpression: "attribute_not_exists(sk)" };
  try {
    await client.send(new sdk.PutItemCommand(input), { abortSignal });
    return "written";
  } catch (failure) {
    if ((failure as Error).name === "ConditionalCheckFailedException") return "taken";
    throw failure;
  }
}
