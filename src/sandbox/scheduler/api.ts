import { AwsError } from "../http/aws-error.ts";
import { type Input, type Output, record, required, text } from "../http/input.ts";
import { changing, reading, type ServiceApi } from "../http/operation.ts";
import { nullMember } from "../http/request-error.ts";
import { publish } from "../sns/publish.ts";
import type { World } from "../world.ts";
import type { Schedule } from "./schedule.ts";

const GROUP = "default";

const refuse = (message: string): never => {
  throw new AwsError("ValidationException", message);
};

/** Of the groups there is the default one. [D: ResourceNotFoundException 404] */
function nameOf(input: Input): string {
  const group = text(input, "GroupName") ?? text(input, "groupName") ?? GROUP;
  if (group !== GROUP) throw new AwsError("ResourceNotFoundException", `Schedule group ${group} does not exist.`, 404);
  const name = required(input, "Name");
  return /^[0-9a-zA-Z-_.]{1,64}$/.test(name)
    ? name
    : refuse(`1 validation error detected: Value '${name}' at 'name' failed.`);
}

/** `at(2026-04-10T04:10:00)`, in UTC unless a time zone is named. [D] */
function instantOf(input: Input): number {
  const expression = required(input, "ScheduleExpression");
  const zone = text(input, "ScheduleExpressionTimezone") ?? "UTC";
  if (zone !== "UTC") throw new AwsError("NotImplemented", "The sandbox knows schedules in UTC alone.", 501);
  const time = /^at\((\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\)$/.exec(expression)?.[1];
  if (time !== undefined) return Date.parse(`${time}Z`);
  if (/^(cron|rate)\(/.test(expression))
    throw new AwsError("NotImplemented", "The sandbox knows one-time schedules alone.", 501);
  return refuse(`Invalid Schedule Expression ${expression}.`);
}

function targetOf(input: Input): Schedule["target"] {
  const target = record(input, "Target") ?? {};
  const given = text(target, "Input");
  const named = { Arn: required(target, "Arn"), RoleArn: required(target, "RoleArn") };
  return given === undefined ? named : { ...named, Input: given };
}

/** A repeated request is told apart by its token; a name that is taken is a conflict. [D: ConflictException 409] */
function create(world: World, input: Input): Output {
  const name = nameOf(input);
  const token = text(input, "ClientToken");
  const known = world.schedules.get(name);
  if (known !== undefined && token !== undefined && known.token === token) return { ScheduleArn: known.arn };
  if (known !== undefined) throw new AwsError("ConflictException", `Schedule ${name} already exists.`, 409);
  if (record(input, "FlexibleTimeWindow") === undefined) refuse("FlexibleTimeWindow must not be null");
  const at = instantOf(input);
  const target = targetOf(input);
  const arn = `arn:aws:scheduler:${world.region}:${world.account}:schedule/${GROUP}/${name}`;
  const schedule: Schedule = {
    name,
    group: GROUP,
    arn,
    expression: required(input, "ScheduleExpression"),
    at,
    description: text(input, "Description"),
    target,
    deletesItself: text(input, "ActionAfterCompletion") === "DELETE",
    created: world.clock.now(),
    token,
    // One in the past never invokes. [I]
    cancel: at < world.clock.now() ? () => {} : world.clock.after(at - world.clock.now(), () => invoke(world, name)),
  };
  world.schedules.set(name, schedule);
  return { ScheduleArn: arn };
}

/** Of the templated targets SNS is simulated: it publishes the input. [D: targets] */
function invoke(world: World, name: string): void {
  const schedule = world.schedules.get(name);
  if (schedule === undefined) return;
  const sent = publish(world, schedule.target.Arn, undefined, schedule.target.Input ?? "");
  if (sent === undefined) world.log(`sandbox: the schedule ${name} could not publish to ${schedule.target.Arn}`);
  if (schedule.deletesItself) world.schedules.delete(name);
}

function find(world: World, input: Input): Schedule {
  const name = nameOf(input);
  const found = world.schedules.get(name);
  if (found !== undefined) return found;
  throw new AwsError("ResourceNotFoundException", `Schedule ${name} does not exist.`, 404);
}

export const schedulerApi: ServiceApi = {
  scope: "scheduler",
  name: "scheduler",
  // [D: API reference, request syntax]
  paths: {
    "POST /schedules/{Name}": "CreateSchedule",
    "GET /schedules/{Name}": "GetSchedule",
    "DELETE /schedules/{Name}": "DeleteSchedule",
  },
  wording: { missing: nullMember("ValidationException") },
  operations: {
    CreateSchedule: changing(create),
    DeleteSchedule: changing((world, input) => {
      const { name, cancel } = find(world, input);
      cancel();
      world.schedules.delete(name);
      return {};
    }),
    GetSchedule: reading((world, input) => {
      const { name, group, arn, expression, description, target, deletesItself, created } = find(world, input);
      return {
        Name: name,
        GroupName: group,
        Arn: arn,
        ScheduleExpression: expression,
        ScheduleExpressionTimezone: "UTC",
        Description: description,
        State: "ENABLED",
        Target: target,
        FlexibleTimeWindow: { Mode: "OFF" },
        ActionAfterCompletion: deletesItself ? "DELETE" : "NONE",
        CreationDate: new Date(created),
        LastModificationDate: new Date(created),
      };
    }),
  },
};
