import { AwsError } from "../http/aws-error.ts";
import type { Input, Output } from "../http/input.ts";
import { instant, number, record, required, text, texts } from "../http/input.ts";
import { changing, type Operation, reading } from "../http/operation.ts";
import type { World } from "../world.ts";
import { clamp } from "./capacity.ts";
import type { ScheduledAction } from "./model.ts";
import { readSchedule } from "./schedule.ts";
import { NAMESPACE, paged, refuse } from "./target.ts";

const keyOf = (input: Input): string => `${required(input, "ResourceId")} ${required(input, "ScheduledActionName")}`;

/** The action of the request over the one that is there: what is left out keeps its value. [D] */
function put(world: World, input: Input): Output {
  for (const name of ["ServiceNamespace", "ScalableDimension"]) required(input, name);
  const resourceId = required(input, "ResourceId");
  if (!world.scaling.targets.has(resourceId)) {
    throw new AwsError(
      "ObjectNotFoundException",
      `No scalable target found for service namespace: ecs, resource ID: ${resourceId}`,
    );
  }
  const timezone = text(input, "Timezone") ?? "UTC";
  if (timezone !== "UTC") {
    throw new AwsError("NotImplemented", "The sandbox does not simulate schedules in time zones but UTC.", 501);
  }
  const key = keyOf(input);
  const before = world.scaling.scheduled.get(key);
  const schedule = text(input, "Schedule") ?? before?.schedule ?? refuse("Schedule is required for a new action.");
  const wanted = record(input, "ScalableTargetAction");
  const action: ScheduledAction = {
    name: required(input, "ScheduledActionName"),
    arn: before?.arn ?? arnOf(world, resourceId, required(input, "ScheduledActionName")),
    resourceId,
    schedule,
    least: wanted === undefined ? before?.least : number(wanted, "MinCapacity"),
    most: wanted === undefined ? before?.most : number(wanted, "MaxCapacity"),
    start: instant(input, "StartTime") ?? before?.start,
    end: instant(input, "EndTime") ?? before?.end,
    createdAt: before?.createdAt ?? world.clock.now(),
  };
  if (action.least === undefined && action.most === undefined) refuse("MinCapacity or MaxCapacity must be given.");
  const next = readSchedule(schedule, action.start ?? world.clock.now());
  world.scaling.scheduled.set(key, action);
  awaitNext(world, key, action, next);
  return {};
}

const arnOf = (world: World, resourceId: string, name: string): string =>
  `arn:aws:autoscaling:${world.region}:${world.account}:scheduledAction:${world.random.uuid()}:resource/ecs/${resourceId}:scheduledActionName/${name}`;

/** Runs the action at its next time, and again, as long as this action is the one that is registered. */
function awaitNext(
  world: World,
  key: string,
  action: ScheduledAction,
  next: (now: number) => number | undefined,
): void {
  const at = next(Math.max(world.clock.now(), (action.start ?? 0) - 1));
  if (at === undefined || at > (action.end ?? Number.POSITIVE_INFINITY)) return;
  world.clock.at(at, () => {
    if (world.ended || world.scaling.scheduled.get(key) !== action) return;
    run(world, action);
    awaitNext(world, key, action, next);
  });
}

/** Sets the target's bounds and brings the capacity within them, unless that is suspended. [D] */
function run(world: World, { resourceId, least, most }: ScheduledAction): void {
  const target = world.scaling.targets.get(resourceId);
  if (target === undefined || target.suspended.scheduled) return;
  const bounds = { least: least ?? target.least, most: most ?? target.most };
  if (bounds.least > bounds.most) return;
  Object.assign(target, bounds);
  clamp(world, target);
}

const actionView = (action: ScheduledAction): Output => ({
  ...NAMESPACE,
  ScheduledActionName: action.name,
  ScheduledActionARN: action.arn,
  Schedule: action.schedule,
  Timezone: "UTC",
  ResourceId: action.resourceId,
  StartTime: action.start === undefined ? undefined : new Date(action.start),
  EndTime: action.end === undefined ? undefined : new Date(action.end),
  ScalableTargetAction: { MinCapacity: action.least, MaxCapacity: action.most },
  CreationTime: new Date(action.createdAt),
});

/** Actions go with their scalable target. [D] */
export function removeScheduled(world: World, resourceId: string): void {
  for (const [key, action] of world.scaling.scheduled) {
    if (action.resourceId === resourceId) world.scaling.scheduled.delete(key);
  }
}

export const scheduledOperations: Readonly<Record<string, Operation>> = {
  PutScheduledAction: changing(put),

  DescribeScheduledActions: reading((world, input) => {
    required(input, "ServiceNamespace");
    const names = texts(input, "ScheduledActionNames");
    const resource = text(input, "ResourceId");
    const found = [...world.scaling.scheduled.values()].filter(
      (action) =>
        (names.length === 0 || names.includes(action.name)) &&
        (resource === undefined || action.resourceId === resource),
    );
    const { items, ...rest } = paged(found, input, "scheduled-actions");
    return { ScheduledActions: items.map(actionView), ...rest };
  }),

  DeleteScheduledAction: changing((world, input) => {
    for (const name of ["ServiceNamespace", "ScalableDimension"]) required(input, name);
    if (world.scaling.scheduled.delete(keyOf(input))) return {};
    throw new AwsError("ObjectNotFoundException", `No scheduled action found for ${required(input, "ResourceId")}`);
  }),
};
