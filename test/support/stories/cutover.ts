import type { DBInstance } from "@aws-sdk/client-rds";
import { CreateSecretCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import type { Rig } from "../sandbox-harness.ts";
import { query, SECOND } from "./restore.ts";

/** What takes RDS minutes takes it a part of them: the order of things is the same, and the story shorter. */
export const BRISK = {
  dbCreating: 60 * SECOND,
  dbBackingUp: 10 * SECOND,
  dbModifying: 10 * SECOND,
  dbConfiguring: 5 * SECOND,
  // Before the wait for the instance has ended: later it may begin between a look and a request, which RDS then refuses.
  dbFirstBackup: 3 * SECOND,
  dbBackup: 30 * SECOND,
  dbRenaming: 20 * SECOND,
  dbRebooting: 10 * SECOND,
  dbNewName: 60 * SECOND,
  restorableLag: 60 * SECOND,
};

/** One row that the service was asked to write (virtual ms): where it says so, it was committed between the two. */
export interface Asked {
  readonly n: number;
  readonly from: number;
  readonly until: number;
  readonly isWritten: boolean;
}

export interface ServiceBeats {
  readonly asked: readonly Asked[];
  /** Resolves once the service has written so many rows more. */
  more(count: number): Promise<void>;
  stop(): Promise<void>;
}

/** Customers: one row after another through the load balancer, so far apart in virtual time where the machine keeps up. */
export async function startServiceBeats(rig: Rig, pauseMs = 100): Promise<ServiceBeats> {
  await query(rig, "CREATE TABLE beats (n INTEGER PRIMARY KEY, created_at TIMESTAMPTZ NOT NULL)");
  const asked: Asked[] = [];
  let isOver = false;
  const beat = async () => {
    while (!isOver) {
      const from = rig.sandbox.now();
      const n = asked.length;
      const isWritten = await ask(`${rig.sandbox.loadBalancer}/beats/${n}`);
      asked.push({ n, from, until: rig.sandbox.now(), isWritten });
      const pause = isWritten ? pauseMs : SECOND;
      while (!isOver && rig.sandbox.now() < from + pause) await new Promise((resolve) => setTimeout(resolve, 1));
    }
  };
  const beating = beat();
  const written = () => asked.filter(({ isWritten }) => isWritten).length;
  const more = async (count: number) => {
    const enough = written() + count;
    while (written() < enough) await new Promise((resolve) => setTimeout(resolve, 2));
  };
  const stop = async () => {
    isOver = true;
    await beating;
  };
  return { asked, more, stop };
}

/** A connection that breaks tells as little as an error does: such a row counts for nothing. */
async function ask(url: string): Promise<boolean> {
  const answer = await fetch(url, { method: "POST" }).catch(() => undefined);
  await answer?.arrayBuffer().catch(() => undefined);
  return answer?.status === 201;
}

/** A whole second after the first rows, and rows after it. */
export async function momentAmid(rig: Rig, writing: ServiceBeats): Promise<number> {
  await writing.more(20);
  const moment = Math.ceil(rig.sandbox.now() / SECOND) * SECOND + SECOND;
  while (rig.sandbox.now() < moment + SECOND) await writing.more(1);
  await writing.more(5);
  return moment;
}

export async function beatsIn(rig: Rig, instance: DBInstance): Promise<Set<number>> {
  const rows = await query<{ n: number }>(rig, "SELECT n FROM beats ORDER BY n", instance);
  return new Set(rows.map(({ n }) => n));
}

/** The secret that a new revision takes its address from: the instance need not be there yet, its name is known. */
export async function secretFor(rig: Rig, instance: string): Promise<string> {
  const url = new URL(rig.sandbox.databaseUrl);
  const value = `postgres://${url.username}:${url.password}@${instance}.c1x2y3.eu-west-1.rds.amazonaws.com:5432${url.pathname}`;
  const request = new CreateSecretCommand({ Name: `vulcan/prod/db-url-${instance}`, SecretString: value });
  return (await new SecretsManagerClient({}).send(request)).ARN ?? "";
}
