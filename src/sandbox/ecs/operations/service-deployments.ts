import { AwsError } from "../../http/aws-error.ts";
import type { Input, Output } from "../../http/input.ts";
import { instant, number, record, required, text, texts } from "../../http/input.ts";
import { changing, type Operation, reading } from "../../http/operation.ts";
import { page } from "../../http/page.ts";
import type { World } from "../../world.ts";
import { primaryOf, stopRecord } from "../deployment.ts";
import { allServices, findService } from "../find.ts";
import type { Service, ServiceDeployment } from "../model.ts";
import { rollBackOnRequest } from "../rollback.ts";
import { serviceDeploymentBrief, serviceDeploymentView, serviceRevisionView } from "../views/service-deployment.ts";

/** Describe calls take at most twenty ARNs. [D] */
const MOST = 20;

function requestedArns(input: Input, member: string): string[] {
  const arns = texts(input, member);
  if (arns.length === 0) throw new AwsError("InvalidParameterException", `${member} cannot be empty.`);
  if (arns.length > MOST) throw new AwsError("InvalidParameterException", `${member} cannot have more than ${MOST}.`);
  return arns;
}

/** Finds each ARN. Unknown ARNs become failures. */
function lookUp<T>(arns: readonly string[], find: (arn: string) => T | undefined): { found: T[]; failures: Output[] } {
  const results = arns.map((arn) => [arn, find(arn)] as const);
  return {
    found: results.flatMap(([, value]) => (value === undefined ? [] : [value])),
    failures: results.flatMap(([arn, value]) => (value === undefined ? [{ arn, reason: "MISSING" }] : [])),
  };
}

function findRecord(world: World, arn: string): { service: Service; record: ServiceDeployment } | undefined {
  for (const service of allServices(world)) {
    const found = service.history.find((candidate) => candidate.arn === arn);
    if (found !== undefined) return { service, record: found };
  }
  return undefined;
}

/** All statuses of a service deployment. [D; text I] */
const STATUSES: ReadonlySet<string> = new Set([
  ..."PENDING SUCCESSFUL STOPPED STOP_REQUESTED IN_PROGRESS".split(" "),
  ..."ROLLBACK_REQUESTED ROLLBACK_IN_PROGRESS ROLLBACK_SUCCESSFUL ROLLBACK_FAILED".split(" "),
]);

function listed(service: Service, input: Input): ServiceDeployment[] {
  const statuses = texts(input, "status");
  const unknown = statuses.find((status) => !STATUSES.has(status));
  if (unknown !== undefined) throw new AwsError("InvalidParameterException", `Invalid status: ${unknown}.`);
  const createdAt = record(input, "createdAt") ?? {};
  const after = instant(createdAt, "after") ?? Number.NEGATIVE_INFINITY;
  const before = instant(createdAt, "before") ?? Number.POSITIVE_INFINITY;
  return service.history
    .filter((candidate) => statuses.length === 0 || statuses.includes(candidate.status))
    .filter((candidate) => candidate.createdAt >= after && candidate.createdAt <= before)
    .sort((a, b) => b.createdAt - a.createdAt);
}

/** ROLLBACK by default. There are two types. [D; text I] */
function stopType(input: Input): "ROLLBACK" | "ABORT" {
  const type = text(input, "stopType") ?? "ROLLBACK";
  if (type === "ROLLBACK" || type === "ABORT") return type;
  throw new AwsError("InvalidParameterException", `Invalid stopType: ${type}. It must be ABORT or ROLLBACK.`);
}

/** In these states a second request changes nothing: the first one continues. [D] */
const STOP_CONTINUES: ReadonlySet<string> = new Set(["STOP_REQUESTED", "ROLLBACK_REQUESTED", "ROLLBACK_IN_PROGRESS"]);

/** ROLLBACK returns to the source revision. ABORT leaves all tasks as they are. */
function stop(world: World, input: Input): Output {
  const arn = required(input, "serviceDeploymentArn");
  const type = stopType(input);
  const found = findRecord(world, arn);
  if (found === undefined) {
    throw new AwsError("ServiceDeploymentNotFoundException", "The specified service deployment was not found.");
  }
  const { service, record: attempt } = found;
  if (STOP_CONTINUES.has(attempt.status)) return { serviceDeploymentArn: arn };
  if (attempt.status !== "PENDING" && attempt.status !== "IN_PROGRESS") {
    throw new AwsError("ConflictException", `The service deployment is ${attempt.status} and cannot be stopped.`);
  }
  if (type === "ABORT") {
    primaryOf(service).halted = true;
    stopRecord(world, attempt, "Stopped by StopServiceDeployment.");
  } else {
    rollBackOnRequest(world, service, attempt);
  }
  return { serviceDeploymentArn: arn };
}

export const serviceDeploymentOperations: Readonly<Record<string, Operation>> = {
  ListServiceDeployments: reading((world, input) => {
    const service = findService(world, input);
    const size = number(input, "maxResults") ?? 20;
    if (size < 1 || size > 100)
      throw new AwsError("InvalidParameterException", "maxResults must be between 1 and 100.");
    const { items, nextToken } = page(listed(service, input), size, text(input, "nextToken"), "service-deployments");
    return { serviceDeployments: items.map((item) => serviceDeploymentBrief(service, item)), nextToken };
  }),

  DescribeServiceDeployments: reading((world, input) => {
    const { found, failures } = lookUp(requestedArns(input, "serviceDeploymentArns"), (arn) => findRecord(world, arn));
    return {
      serviceDeployments: found.map(({ service, record: item }) => serviceDeploymentView(service, item)),
      failures,
    };
  }),

  DescribeServiceRevisions: reading((world, input) => {
    const { found, failures } = lookUp(requestedArns(input, "serviceRevisionArns"), (arn) => {
      for (const service of allServices(world)) {
        const revision = service.revisions.find((candidate) => candidate.arn === arn);
        if (revision !== undefined) return serviceRevisionView(service, revision);
      }
      return undefined;
    });
    return { serviceRevisions: found, failures };
  }),

  StopServiceDeployment: changing(stop, (_world, input) => ({
    serviceDeploymentArn: required(input, "serviceDeploymentArn"),
  })),
};
