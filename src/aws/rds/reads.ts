import type { Instance, InstanceEvent, Quota } from "../../domain/aws/rds.ts";
import type { RdsReads } from "../../domain/aws/reads.ts";
import type { Clients } from "../client/clients.ts";
import { guarded } from "../client/read-call.ts";
import { toInstance } from "./instance.ts";

export function createRdsReads(clients: Clients): RdsReads {
  return {
    instance: (id) => guarded("rds:DescribeDBInstances", () => readInstance(clients, id)),
    events: (id, since) => guarded("rds:DescribeEvents", () => readEvents(clients, id, since)),
    quotas: () => guarded("rds:DescribeAccountAttributes", () => readQuotas(clients)),
  };
}

async function readInstance(clients: Clients, id: string): Promise<Instance | undefined> {
  const [rds, { DescribeDBInstancesCommand }] = await Promise.all([clients.rds(), import("../sdk/rds.ts")]);
  const answer = await rds
    .send(new DescribeDBInstancesCommand({ DBInstanceIdentifier: id }))
    .catch((failure: unknown) => {
      if ((failure as { name?: string }).name === "DBInstanceNotFoundFault") return undefined;
      throw failure;
    });
  const instance = answer?.DBInstances?.[0];
  return instance === undefined ? undefined : toInstance(instance);
}

/** SourceIdentifier wants SourceType beside it; without a StartTime RDS tells the past hour alone. [D] */
async function readEvents(clients: Clients, id: string, since: number): Promise<InstanceEvent[]> {
  const [rds, { DescribeEventsCommand }] = await Promise.all([clients.rds(), import("../sdk/rds.ts")]);
  const { Events = [] } = await rds.send(
    new DescribeEventsCommand({ SourceIdentifier: id, SourceType: "db-instance", StartTime: new Date(since) }),
  );
  return Events.map(({ Date: at, Message = "" }) => ({ at: at?.toISOString() ?? "", text: Message }));
}

async function readQuotas(clients: Clients): Promise<Record<string, Quota>> {
  const [rds, { DescribeAccountAttributesCommand }] = await Promise.all([clients.rds(), import("../sdk/rds.ts")]);
  const { AccountQuotas = [] } = await rds.send(new DescribeAccountAttributesCommand({}));
  return Object.fromEntries(
    AccountQuotas.map(({ AccountQuotaName = "", Used = 0, Max = 0 }) => [AccountQuotaName, { used: Used, most: Max }]),
  );
}
