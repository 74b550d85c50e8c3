import type * as Sdk from "@aws-sdk/client-rds";
import type { Instance, InstanceEvent, Quota } from "../../domain/aws/rds.ts";
import type { RdsReads } from "../../domain/aws/reads.ts";
import type { Clients } from "../client/clients.ts";
import { everyPage } from "../client/every-page.ts";
import { assertTyped, needed } from "../client/needed.ts";
import { readCall } from "../client/read-call.ts";
import { readAutomatedBackups, readCluster, readSnapshots } from "./backups.ts";
import { readBlueGreen } from "./blue-green.ts";
import { toInstance } from "./instance.ts";

export function createRdsReads(clients: Clients): RdsReads {
  return {
    instance: (id) => readCall("rds:DescribeDBInstances", () => readInstance(clients, id)),
    events: (id, since) => readCall("rds:DescribeEvents", () => readEvents(clients, id, since)),
    quotas: () => readCall("rds:DescribeAccountAttributes", () => readQuotas(clients)),
    automatedBackups: (id) =>
      readCall("rds:DescribeDBInstanceAutomatedBackups", () => readAutomatedBackups(clients, id)),
    snapshots: (id) => readCall("rds:DescribeDBSnapshots", () => readSnapshots(clients, id)),
    cluster: (id) => readCall("rds:DescribeDBClusters", () => readCluster(clients, id)),
    blueGreen: (id) => readCall("rds:DescribeBlueGreenDeployments", () => readBlueGreen(clients, id)),
  };
}

async function readInstance(clients: Clients, id: string): Promise<Instance | undefined> {
  const instance = await describeInstance(clients, id, assertTyped);
  return instance && toInstance(instance);
}

/** Undefined where the account has no such instance. `check`: throws where the answer is not as it has to be. */
export async function describeInstance(
  clients: Clients,
  id: string,
  check: (answer: object) => void = () => undefined,
): Promise<Sdk.DBInstance | undefined> {
  const [rds, { DescribeDBInstancesCommand }] = await Promise.all([clients.rds(), import("../sdk/rds.ts")]);
  const answer = await rds
    .send(new DescribeDBInstancesCommand({ DBInstanceIdentifier: id }))
    .catch((failure: unknown) => {
      if ((failure as { name?: string }).name === "DBInstanceNotFoundFault") return undefined;
      throw failure;
    });
  if (answer === undefined) return undefined;
  check(answer);
  return needed(answer.DBInstances, "DBInstances")[0];
}

/** SourceIdentifier needs SourceType beside it. Without a StartTime, RDS returns only the past hour. [D] */
async function readEvents(clients: Clients, id: string, since: number): Promise<InstanceEvent[]> {
  const [rds, { DescribeEventsCommand }] = await Promise.all([clients.rds(), import("../sdk/rds.ts")]);
  const question = { SourceIdentifier: id, SourceType: "db-instance", StartTime: new Date(since) } as const;
  // The oldest come first: the last page has the newest.
  const events = await everyPage(async (Marker) => {
    const { Events, Marker: next } = await rds.send(
      new DescribeEventsCommand({ ...question, ...(Marker && { Marker }) }),
    );
    return { items: needed(Events, "Events"), next };
  });
  return events.map(({ Date: at, Message = "" }) => ({
    at: needed(at, "Date of an event").toISOString(),
    text: Message,
  }));
}

async function readQuotas(clients: Clients): Promise<Record<string, Quota>> {
  const [rds, { DescribeAccountAttributesCommand }] = await Promise.all([clients.rds(), import("../sdk/rds.ts")]);
  const { AccountQuotas } = await rds.send(new DescribeAccountAttributesCommand({}));
  return Object.fromEntries(
    needed(AccountQuotas, "AccountQuotas").flatMap(({ AccountQuotaName: name, Used: used, Max: most }) =>
      name === undefined || used === undefined || most === undefined ? [] : [[name, { used, most }]],
    ),
  );
}
