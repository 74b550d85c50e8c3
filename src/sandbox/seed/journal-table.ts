import { newTable } from "../dynamodb/create-table.ts";
import { seededRandom } from "../random.ts";
import type { World } from "../world.ts";

const NAME = "vulcan-ops-journal";
const DAY = 24 * 3600 * 1000;

/** How it is set up is documented in docs/shared-journal.md; here it is written once more, by hand. */
const PROPERTIES = {
  TableName: NAME,
  BillingMode: "PAY_PER_REQUEST",
  AttributeDefinitions: [
    { AttributeName: "pk", AttributeType: "S" },
    { AttributeName: "sk", AttributeType: "S" },
    { AttributeName: "listed", AttributeType: "S" },
    { AttributeName: "at", AttributeType: "S" },
  ],
  KeySchema: [
    { AttributeName: "pk", KeyType: "HASH" },
    { AttributeName: "sk", KeyType: "RANGE" },
  ],
  GlobalSecondaryIndexes: [
    {
      IndexName: "executions",
      KeySchema: [
        { AttributeName: "listed", KeyType: "HASH" },
        { AttributeName: "at", KeyType: "RANGE" },
      ],
      Projection: { ProjectionType: "INCLUDE", NonKeyAttributes: ["target", "end"] },
    },
  ],
  SSESpecification: { Enabled: true, SSEType: "KMS" },
  DeletionProtectionEnabled: true,
};

/** The table of a shared journal, there since the day before, empty. */
export function seedJournalTable(world: World): void {
  const restorableSince = world.clock.now() - DAY;
  // Its id must not take a draw from the scenario's.
  const table = {
    ...newTable({ ...world, random: seededRandom(1) }, PROPERTIES),
    createdAt: restorableSince,
    restorableSince,
  };
  world.tables.set(NAME, { ...table, status: "ACTIVE" });
}
