import type { AddressInfo } from "node:net";
import { CreateTableCommand, type CreateTableCommandInput, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import dynalite from "dynalite";
import { vi } from "vitest";
import { limitAtLeast } from "../../../src/domain/time-limit.ts";
import { startSandbox } from "../../../src/sandbox/index.ts";

/** A server that speaks DynamoDB's protocol, with the journal's table. */
export interface StoreServer {
  readonly endpoint: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  close(): Promise<void>;
}

export const TABLE = "vulcan-ops-journal";

/** As docs/shared-journal.md describes it. */
export const TABLE_SHAPE = {
  TableName: TABLE,
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
} satisfies CreateTableCommandInput;

/** This project's own: the table is there from the start. */
async function sandboxStore(): Promise<StoreServer> {
  const sandbox = await startSandbox({ scenario: "empty" });
  const { env, endpoint } = sandbox;
  const credentials = {
    accessKeyId: env.AWS_ACCESS_KEY_ID ?? "",
    secretAccessKey: env.AWS_SECRET_ACCESS_KEY ?? "",
  };
  return { endpoint, credentials, close: () => sandbox.stop() };
}

/** Another author's, on LevelDB. */
export async function dynaliteStore(shape: CreateTableCommandInput = TABLE_SHAPE): Promise<StoreServer> {
  const server = dynalite({ createTableMs: 0 });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const credentials = { accessKeyId: "test", secretAccessKey: "test" };
  const client = rawClient({ endpoint, credentials });
  await client.send(new CreateTableCommand(shape));
  client.destroy();
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return { endpoint, credentials, close };
}

/** The SDK's own client, for what the program never does. */
export const rawClient = ({ endpoint, credentials }: Omit<StoreServer, "close">): DynamoDBClient =>
  new DynamoDBClient({ endpoint, credentials, region: "eu-west-1", maxAttempts: 1 });

export const STORES = { sandbox: sandboxStore, dynalite: () => dynaliteStore() } as const;

/** Points the clients of this process at the store, or at another way to it, until `leaveStore`. */
export function useStore({ endpoint, credentials }: StoreServer, way = endpoint): void {
  // A busy machine may take longer than two seconds where nothing is wrong.
  limitAtLeast(60_000);
  for (const [name, value] of Object.entries({
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
    AWS_ENDPOINT_URL: way,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_CONFIG_FILE: "/dev/null",
    AWS_SHARED_CREDENTIALS_FILE: "/dev/null",
    AWS_PROFILE: undefined,
  }))
    vi.stubEnv(name, value);
}

export function leaveStore(): void {
  limitAtLeast(0);
  vi.unstubAllEnvs();
}
