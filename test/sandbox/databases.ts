import {
  type DBInstance,
  DescribeDBInstancesCommand,
  DescribeEventsCommand,
  type RDSClient,
  RestoreDBInstanceToPointInTimeCommand,
  type RestoreDBInstanceToPointInTimeMessage,
} from "@aws-sdk/client-rds";
import pg from "pg";
import type { Sandbox } from "../../src/sandbox/index.ts";
import { NAME } from "./support.ts";

export const COPY = "vulcan-prod-restored";

export async function instance(rds: RDSClient, DBInstanceIdentifier: string): Promise<DBInstance> {
  const { DBInstances } = await rds.send(new DescribeDBInstancesCommand({ DBInstanceIdentifier }));
  const found = DBInstances?.[0];
  if (found === undefined) throw new Error("no instance");
  return found;
}

export const restore = (rds: RDSClient, input: Partial<RestoreDBInstanceToPointInTimeMessage>) =>
  rds.send(
    new RestoreDBInstanceToPointInTimeCommand({
      SourceDBInstanceIdentifier: NAME,
      TargetDBInstanceIdentifier: COPY,
      ...input,
    }),
  );

/** Asks until it is so; gives each status that was seen on the way, once per change. */
export async function follow(
  rds: RDSClient,
  name: string,
  done: (instance: DBInstance, seen: readonly string[]) => boolean,
  limit = 40_000,
): Promise<{ instance: DBInstance; seen: string[] }> {
  const seen: string[] = [];
  for (const end = Date.now() + limit; ; await new Promise((resolve) => setTimeout(resolve, 15))) {
    const now = await instance(rds, name);
    const status = now.DBInstanceStatus ?? "";
    if (seen.at(-1) !== status) seen.push(status);
    if (done(now, seen)) return { instance: now, seen };
    if (Date.now() > end) throw new Error(`did not come about: ${seen.join(", ")}`);
  }
}

export const isAvailable = ({ DBInstanceStatus }: DBInstance): boolean => DBInstanceStatus === "available";

/** Waits until the virtual clock shows that instant. */
export async function untilTime(sandbox: Sandbox, at: number): Promise<void> {
  while (sandbox.now() < at) await new Promise((resolve) => setTimeout(resolve, 5));
}

/** One statement at the instance's address, as its customers would reach it. */
export async function query<R extends pg.QueryResultRow>(
  sandbox: Sandbox,
  port: number | undefined,
  sql: string,
): Promise<R[]> {
  const { username, password } = new URL(sandbox.databaseUrl);
  const client = new pg.Client({ host: "127.0.0.1", port, user: username, password, database: "vulcan" });
  client.on("error", () => {});
  await client.connect();
  try {
    return (await client.query<R>(sql)).rows;
  } finally {
    await client.end();
  }
}

export async function messages(rds: RDSClient, SourceIdentifier: string): Promise<(string | undefined)[]> {
  const { Events } = await rds.send(new DescribeEventsCommand({ SourceIdentifier, SourceType: "db-instance" }));
  return (Events ?? []).map(({ Message }) => Message);
}
