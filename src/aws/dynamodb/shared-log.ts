import { sanitiseDeep } from "../../domain/sanitise.ts";
import type { ListedRecord, LogRecord, SharedLog } from "../../domain/shared-log.ts";
import type { Clients } from "../client/clients.ts";
import { allItems, type Calls, limitedCalls, putOnce, type Store } from "./calls.ts";
import { itemOf, LAST_PLACE, LISTED, listedOf, pkOf, recordOf, skOf } from "./item.ts";
import { gapError, tooLarge } from "./store-errors.ts";

/** Of a line. An item holds 400 KB with its names. [D: DynamoDB quotas] */
const MOST_BYTES = 390 * 1024;

/**
 * A log in a table of DynamoDB. `clients`: of the table's region, which send each request once. A write is a PutItem on the
 * condition that its place is free. [D: docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_PutItem.html]
 */
export function createSharedLog(clients: Clients, { table, name }: Store): SharedLog {
  const limited = limitedCalls(clients, name);
  return {
    name,
    put: async (record) => {
      const bytes = Buffer.byteLength(record.line);
      if (bytes > MOST_BYTES || record.n > LAST_PLACE) throw tooLarge(name, record.execution, record.n, bytes);
      return limited("dynamodb:PutItem", "write", (calls) => putOnce(calls, table, itemOf(record)));
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
