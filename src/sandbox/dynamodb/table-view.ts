import type { Output } from "../http/input.ts";
import type { Keys } from "./item-store.ts";
import type { Index, Table } from "./table.ts";
import { itemSize } from "./value.ts";

const schemaOf = ({ hash, range }: Keys): readonly Output[] => [
  { AttributeName: hash, KeyType: "HASH" },
  ...(range === undefined ? [] : [{ AttributeName: range, KeyType: "RANGE" }]),
];

/** A table as DescribeTable shows it. AWS counts items every six hours; here they are counted at once. [D; differs] */
export function tableView(table: Table): Output {
  const { arn, stream, kmsKey, provisioned, tableClass } = table;
  const items = table.items.all();
  return {
    AttributeDefinitions: Object.entries(table.types).map(([AttributeName, AttributeType]) => ({
      AttributeName,
      AttributeType,
    })),
    TableName: table.name,
    KeySchema: schemaOf(table.keys),
    TableStatus: table.status,
    CreationDateTime: new Date(table.createdAt),
    ProvisionedThroughput: throughput(provisioned),
    TableSizeBytes: items.reduce((sum, item) => sum + itemSize(item), 0),
    ItemCount: items.length,
    TableArn: arn,
    TableId: table.id,
    ...(provisioned === undefined && {
      BillingModeSummary: {
        BillingMode: "PAY_PER_REQUEST",
        LastUpdateToPayPerRequestDateTime: new Date(table.createdAt),
      },
    }),
    ...(table.indexes.length > 0 && { GlobalSecondaryIndexes: table.indexes.map((one) => indexView(table, one)) }),
    ...(stream && {
      StreamSpecification: { StreamEnabled: true, StreamViewType: stream.view },
      LatestStreamLabel: stream.label,
      LatestStreamArn: `${arn}/stream/${stream.label}`,
    }),
    ...(kmsKey !== undefined && {
      SSEDescription: { Status: "ENABLED", SSEType: "KMS", KMSMasterKeyArn: kmsKey },
    }),
    ...(tableClass !== undefined && { TableClassSummary: { TableClass: tableClass } }),
    DeletionProtectionEnabled: table.isProtected,
  };
}

const throughput = (provisioned: Output | undefined): Output => ({
  NumberOfDecreasesToday: 0,
  ReadCapacityUnits: provisioned?.ReadCapacityUnits ?? 0,
  WriteCapacityUnits: provisioned?.WriteCapacityUnits ?? 0,
});

const indexView = ({ arn, status, provisioned }: Table, { name, keys, projection, included }: Index): Output => ({
  IndexName: name,
  KeySchema: schemaOf(keys),
  Projection: { ProjectionType: projection, ...(included.length > 0 && { NonKeyAttributes: included }) },
  IndexStatus: status,
  ProvisionedThroughput: throughput(provisioned),
  IndexSizeBytes: 0,
  ItemCount: 0,
  IndexArn: `${arn}/index/${name}`,
});
