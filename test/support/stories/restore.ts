import { type DBInstance, DescribeDBInstancesCommand, RDSClient } from "@aws-sdk/client-rds";
import pg from "pg";
import { mutations, type Rig } from "../sandbox-harness.ts";

export const SECOND = 1000;
export const MINUTE = 60 * SECOND;

/** A first backup takes the instance out of `available`: here, after the story. */
export const LATER = { dbFirstBackup: 24 * 60 * MINUTE };

export async function instances(): Promise<readonly DBInstance[]> {
  const { DBInstances = [] } = await new RDSClient({}).send(new DescribeDBInstancesCommand({}));
  return DBInstances;
}

export async function named(name: string): Promise<DBInstance> {
  const found = (await instances()).find(({ DBInstanceIdentifier }) => DBInstanceIdentifier === name);
  if (found === undefined) throw new Error(`no instance ${name}`);
  return found;
}

export const names = async (): Promise<(string | undefined)[]> =>
  (await instances()).map(({ DBInstanceIdentifier }) => DBInstanceIdentifier);

/** One statement at an instance's address, or at the source's. */
export async function query<R extends pg.QueryResultRow>(rig: Rig, sql: string, at?: DBInstance): Promise<R[]> {
  const url = new URL(rig.sandbox.databaseUrl);
  if (at?.Endpoint?.Port !== undefined) url.port = String(at.Endpoint.Port);
  const client = new pg.Client({ connectionString: url.toString() });
  client.on("error", () => {});
  await client.connect();
  try {
    return (await client.query<R>(sql)).rows;
  } finally {
    await client.end();
  }
}

/** One row that was written, and when (virtual ms): it was committed between the two. */
export interface Beat {
  readonly n: number;
  readonly from: number;
  readonly until: number;
}

/** Writes a row every 100 ms of virtual time, until stopped. */
export async function startBeats(rig: Rig): Promise<{ readonly beats: readonly Beat[]; stop(): Promise<void> }> {
  const client = new pg.Client({ connectionString: rig.sandbox.databaseUrl });
  await client.connect();
  await client.query("CREATE TABLE beats (n INTEGER PRIMARY KEY, created_at TIMESTAMPTZ NOT NULL)");
  const beats: Beat[] = [];
  let isOver = false;
  const beat = async () => {
    while (!isOver) {
      const from = rig.sandbox.now();
      await client.query("INSERT INTO beats VALUES ($1, to_timestamp($2))", [beats.length, from / SECOND]);
      beats.push({ n: beats.length, from, until: rig.sandbox.now() });
      while (!isOver && rig.sandbox.now() < from + 100) await new Promise((resolve) => setImmediate(resolve));
    }
  };
  const beating = beat();
  const stop = async () => {
    isOver = true;
    await beating;
    await client.end();
  };
  return { beats, stop };
}

/** What was sent to RDS beside reads. */
export const writes = (rig: Rig): string[] => mutations(rig.sandbox);
