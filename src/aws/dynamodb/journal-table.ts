import type { KeySchemaElement, TableDescription } from "@aws-sdk/client-dynamodb";
import {
  type JournalIndex,
  type JournalTable,
  type JournalTableReads,
  WANTED_INDEX,
} from "../../domain/journal-table.ts";
import { sanitiseDeep } from "../../domain/sanitise.ts";
import type { Clients } from "../client/clients.ts";
import { needed, orDefault } from "../client/needed.ts";
import type { Store } from "./calls.ts";
import { createSharedLog } from "./shared-log.ts";
import { storeError } from "./store-errors.ts";

/** Of no execution: an id has digits and letters alone. */
const NO_EXECUTION = "-";

/** How a shared journal's table is set up. `clients`: of its region. [D: DescribeTable, DescribeContinuousBackups] */
export function createJournalTableReads(clients: Clients, store: Store, region: string | undefined): JournalTableReads {
  const { table: TableName, name } = store;
  const read = <T>(call: string, work: () => Promise<T>): Promise<T> =>
    work().then(sanitiseDeep, (failure: unknown) => {
      throw storeError(failure, call, name, "read");
    });
  return {
    name,
    region,
    table: () =>
      read("dynamodb:DescribeTable", async () => {
        const [client, { DescribeTableCommand }] = await load(clients);
        const { Table } = await client.send(new DescribeTableCommand({ TableName }));
        return tableOf(needed(Table, "Table"));
      }),
    isRestorable: () =>
      read("dynamodb:DescribeContinuousBackups", async () => {
        const [client, { DescribeContinuousBackupsCommand }] = await load(clients);
        const answer = await client.send(new DescribeContinuousBackupsCommand({ TableName }));
        const recovery = needed(answer.ContinuousBackupsDescription, "ContinuousBackupsDescription");
        return recovery.PointInTimeRecoveryDescription?.PointInTimeRecoveryStatus === "ENABLED";
      }),
    tryReads: async () => {
      const log = createSharedLog(clients, store);
      await Promise.all([log.read(NO_EXECUTION, 1), log.list(1)]);
    },
  };
}

const load = (clients: Clients) => Promise.all([clients.dynamodb(), import("../sdk/dynamodb.ts")]);

function tableOf(table: TableDescription): JournalTable {
  const status = needed(table.TableStatus, "TableStatus");
  const indexes = orDefault(table, "GlobalSecondaryIndexes", table.GlobalSecondaryIndexes, []);
  const index = indexes.find(({ IndexName }) => IndexName === WANTED_INDEX.name);
  return {
    status,
    keys: keysOf(needed(table.KeySchema, "KeySchema"), table),
    index: index && indexOf(index, table),
    // A table that is encrypted by DynamoDB's own key has no description of it. [D: SSEDescription]
    kmsKey: table.SSEDescription?.Status === "ENABLED" ? table.SSEDescription.KMSMasterKeyArn : undefined,
    isProtected: table.DeletionProtectionEnabled === true,
  };
}

type Index = NonNullable<TableDescription["GlobalSecondaryIndexes"]>[number];

function indexOf(index: Index, table: TableDescription): JournalIndex {
  const { ProjectionType, NonKeyAttributes = [] } = needed(index.Projection, "Projection of an index");
  return {
    status: needed(index.IndexStatus, "IndexStatus"),
    keys: keysOf(needed(index.KeySchema, "KeySchema of an index"), table),
    included: ProjectionType === "ALL" ? undefined : NonKeyAttributes,
  };
}

/** The hash key first: `pk (S), sk (S)`. */
function keysOf(schema: readonly KeySchemaElement[], { AttributeDefinitions = [] }: TableDescription): string {
  const typeOf = (name: string | undefined) =>
    AttributeDefinitions.find(({ AttributeName }) => AttributeName === name)?.AttributeType ?? "?";
  const ordered = schema.toSorted((a, b) => Number(a.KeyType === "RANGE") - Number(b.KeyType === "RANGE"));
  return ordered.map(({ AttributeName }) => `${AttributeName} (${typeOf(AttributeName)})`).join(", ");
}
