import { certainContainerName, chooseContainer } from "../../domain/aws/application-container.ts";
import type { DiscoveryReads, FoundDatabase } from "../../domain/aws/discovery.ts";
import type { Service } from "../../domain/aws/ecs.ts";
import { usageError } from "../../domain/error.ts";
import type { FoundTarget, FoundValue } from "../../domain/found-target.ts";
import type { Environment } from "../../domain/ports.ts";
import type { Target, TargetOptions } from "../../domain/target.ts";
import { discoveryReads } from "../../target/discovery.ts";
import { regionInUse } from "../../target/resolve.ts";
import { type OpenTarget, openTarget } from "../open-target.ts";
import { findAdminUrl } from "./find-admin-url.ts";
import { type Choose, pick } from "./pick.ts";

/** What the caller names already. Cluster and service by name save their lists, and the permission for them. */
export interface InitOptions extends TargetOptions {
  readonly cluster?: string | undefined;
  readonly service?: string | undefined;
  readonly database?: string | undefined;
  readonly adminUrl?: string | undefined;
}

/**
 * Finds a target in the account of the caller's credentials, by reads alone. Where there are several of a kind, `choose`
 * is asked; exit 6 where it has no answer. What cannot be read but is not needed is told as not found.
 */
export async function findTarget(options: InitOptions, environment: Environment, choose: Choose): Promise<FoundTarget> {
  const region = await regionInUse(options, environment);
  if (region === undefined)
    throw usageError("init-region", "no AWS region is given: no flag, no variable and no profile names one", [
      "vulcan-ops init --region eu-west-1",
    ]);
  const open = await openTarget(options, environment, { pinned: unpinned(region), purpose: "reading" });
  const lists = discoveryReads(open);
  const instances = settled(lists.databases());
  const caller = await open.caller();
  const cluster = await clusterOf(options, lists, choose);
  const service = await serviceOf(options, lists, cluster.value ?? "", choose);
  const found = await open.reads.ecs.service(cluster.value ?? "", service.value ?? "");
  const [container, adminUrl] = await Promise.all([
    containerOf(open, found),
    findAdminUrl(options, open.reads, lists, found),
  ]);
  const database = await databaseOf(options, await instances, service.value ?? "", choose);
  const pinned: readonly FoundValue[] = [
    { name: "account", value: caller.account, why: caller.arn },
    { name: "region", value: region.name, why: region.by },
  ];
  const values = [...pinned, cluster, service, ...container, database, ...adminUrl];
  return { name: options.target ?? nameFrom(service.value ?? ""), values, production: open.endpoint === undefined };
}

/** Nothing is pinned yet: what is read says what will be. */
const unpinned = ({ name }: { readonly name: string }): Target => ({
  name: "init",
  region: name,
  ...{ cluster: "", service: "", database: "", production: false },
});

/** `Web_API` → `web-api`; a name that is none at all → `prod`. */
function nameFrom(service: string): string {
  const name = service
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^[^a-z]+|-+$/g, "");
  return name === "" ? "prod" : name.slice(0, 64);
}

const DOCUMENTED = "vulcan-prod";

async function clusterOf({ cluster: given }: InitOptions, lists: DiscoveryReads, choose: Choose): Promise<FoundValue> {
  if (given !== undefined) return { name: "cluster", value: given, why: "by --cluster" };
  const all = await lists.clusters();
  return pick({ name: "cluster", noun: "ECS cluster", given, all, preset: DOCUMENTED }, choose);
}

async function serviceOf(
  { service: given }: InitOptions,
  lists: DiscoveryReads,
  cluster: string,
  choose: Choose,
): Promise<FoundValue> {
  if (given !== undefined) return { name: "service", value: given, why: "by --service" };
  const all = await lists.services(cluster);
  return pick({ name: "service", noun: `ECS service in ${cluster}`, given, all, preset: DOCUMENTED }, choose);
}

type Read<T> = { readonly answer: T } | { readonly failure: string };

const settled = <T>(reading: Promise<T>): Promise<Read<T>> =>
  reading.then(
    (answer) => ({ answer }),
    (error: unknown) => ({ failure: error instanceof Error ? error.message : String(error) }),
  );

/** Of an Aurora cluster this program restores nothing: its instances are named, and not offered. */
async function databaseOf(
  { database: given }: InitOptions,
  instances: Read<readonly FoundDatabase[]>,
  service: string,
  choose: Choose,
): Promise<FoundValue> {
  const name = "database";
  if ("failure" in instances && given !== undefined) return { name, value: given, why: "by --database, not read" };
  if ("failure" in instances) return { name, why: `not read: ${instances.failure}` };
  const fitting = instances.answer.filter(({ engine, cluster }) => engine === "postgres" && cluster === undefined);
  const all = fitting.map(({ id }) => id).sort();
  return pick({ name, noun: "RDS instance of PostgreSQL", given, all, preset: service, isOptional: true }, choose);
}

/** Written only where the load balancer does not tell it. Told where it is not certain. */
async function containerOf({ reads, target }: OpenTarget, service: Service): Promise<readonly FoundValue[]> {
  const definition = await settled(reads.ecs.taskDefinition(service.taskDefinition));
  if ("failure" in definition) return [{ name: "container", why: `not read: ${definition.failure}` }];
  const containers = definition.answer?.containers ?? [];
  const choice = chooseContainer({ named: target.container, balancers: service.balancers, containers });
  const certain = certainContainerName(choice);
  const names = containers.map(({ name }) => name).join(", ");
  if (certain === undefined) return [{ name: "container", why: `not certain which of ${names} is the application's` }];
  return [{ name: "container", value: certain, why: "found anew by each command", isNoted: true }];
}
