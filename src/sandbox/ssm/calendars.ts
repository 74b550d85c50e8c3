import { AwsError } from "../http/aws-error.ts";
import { type Input, type Output, text, texts } from "../http/input.ts";
import { type Operation, reading } from "../http/operation.ts";
import type { World } from "../world.ts";
import type { Calendar } from "./calendar.ts";

/** By name or ARN, `arn:aws:ssm:eu-west-1:111122223333:document/vulcan-changes`. [D: CalendarNames] */
function find(world: World, asked: string): Calendar {
  const name = asked.startsWith("arn:") ? (asked.split(":document/")[1] ?? "") : asked;
  const found = world.calendars.get(name);
  if (found !== undefined) return found;
  throw new AwsError("InvalidDocument", `Document with name ${name} does not exist.`);
}

function instantOf(world: World, input: Input): number {
  const at = text(input, "AtTime");
  if (at === undefined) return world.clock.now();
  const instant = Date.parse(at);
  if (!Number.isNaN(instant)) return instant;
  throw new AwsError("ValidationException", "AtTime must be an ISO 8601 time.");
}

/** Closed where one of several is closed. The next change of state is told, if there is one. [D: GetCalendarState] */
function stateOf(world: World, input: Input): Output {
  const names = texts(input, "CalendarNames");
  if (names.length === 0) throw new AwsError("ValidationException", "CalendarNames must not be empty.");
  const closed = names.flatMap((name) => find(world, name).closed);
  const at = instantOf(world, input);
  const isClosed = closed.some(([from, to]) => from <= at && at < to);
  const next = closed.flat().filter((moment) => moment > at);
  return {
    State: isClosed ? "CLOSED" : "OPEN",
    AtTime: new Date(at).toISOString(),
    ...(next.length > 0 && { NextTransitionTime: new Date(Math.min(...next)).toISOString() }),
  };
}

export const calendarOperations: Readonly<Record<string, Operation>> = { GetCalendarState: reading(stateOf) };
