import type { Input, Output } from "../http/input.ts";
import { flag, number, text, texts } from "../http/input.ts";
import { reading, type ServiceApi } from "../http/operation.ts";
import { page } from "../http/page.ts";
import type { World } from "../world.ts";
import { groupOf, missing } from "./find.ts";
import { groupOperations } from "./groups.ts";
import { readPattern } from "./pattern.ts";
import type { LogEvent, LogStream } from "./streams.ts";

/** This service's timestamps are ms, not seconds. */
function between(input: Input): (event: LogEvent) => boolean {
  const from = number(input, "startTime") ?? 0;
  const to = number(input, "endTime") ?? Number.POSITIVE_INFINITY;
  return ({ at }) => at >= from && at <= to;
}

const streamView = (world: World, group: string, stream: LogStream): Output => ({
  logStreamName: stream.name,
  creationTime: stream.createdAt,
  firstEventTimestamp: stream.events[0]?.at,
  lastEventTimestamp: stream.events.at(-1)?.at,
  lastIngestionTime: stream.events.at(-1)?.at,
  arn: `arn:aws:logs:${world.region}:${world.account}:log-group:${group}:log-stream:${stream.name}`,
  storedBytes: 0,
});

function describeStreams(world: World, input: Input): Output {
  const { name, streams } = groupOf(world, input);
  const prefix = text(input, "logStreamNamePrefix") ?? "";
  const found = [...streams.values()].filter((stream) => stream.name.startsWith(prefix));
  const last = (stream: LogStream): number => stream.events.at(-1)?.at ?? 0;
  if (text(input, "orderBy") === "LastEventTime") found.sort((a, b) => last(a) - last(b));
  else found.sort((a, b) => (a.name < b.name ? -1 : 1));
  if (flag(input, "descending") === true) found.reverse();
  const { items, nextToken } = page(found, number(input, "limit") ?? 50, text(input, "nextToken"), "log-streams");
  return { logStreams: items.map((stream) => streamView(world, name, stream)), nextToken };
}

/** A page in either direction. At an end, the same token is returned, as clients expect. [D] */
function getEvents(world: World, input: Input): Output {
  const stream = [...groupOf(world, input).streams.values()].find(({ name }) => name === text(input, "logStreamName"));
  const events = (stream ?? missing("stream")).events.filter(between(input));
  const limit = number(input, "limit") ?? 10_000;
  const [, direction, position] = /^([fb])\/(\d+)$/.exec(text(input, "nextToken") ?? "") ?? [];
  const forward = direction === "f" || (direction === undefined && flag(input, "startFromHead") === true);
  const cursor = Number(position ?? (forward ? 0 : events.length));
  const start = forward ? cursor : Math.max(0, cursor - limit);
  const end = forward ? Math.min(events.length, cursor + limit) : cursor;
  return {
    events: events.slice(start, end).map(({ at, message }) => ({ timestamp: at, message, ingestionTime: at })),
    nextForwardToken: `f/${end}`,
    nextBackwardToken: `b/${start}`,
  };
}

function filterEvents(world: World, input: Input): Output {
  const names = texts(input, "logStreamNames");
  const prefix = text(input, "logStreamNamePrefix") ?? "";
  const isInWindow = between(input);
  const matches = readPattern(text(input, "filterPattern"));
  const found = [...groupOf(world, input).streams.values()]
    .filter(({ name }) => (names.length === 0 || names.includes(name)) && name.startsWith(prefix))
    .flatMap(({ name, events }) => events.map((event) => ({ stream: name, ...event })))
    .filter((event) => isInWindow(event) && matches(event.message))
    .sort((a, b) => a.at - b.at);
  const { items, nextToken } = page(found, number(input, "limit") ?? 10_000, text(input, "nextToken"), "log-events");
  const events = items.map(({ stream, id, at, message }) => ({
    logStreamName: stream,
    timestamp: at,
    message,
    ingestionTime: at,
    eventId: id,
  }));
  return { events, searchedLogStreams: [], nextToken };
}

export const logsApi: ServiceApi = {
  scope: "logs",
  name: "logs",
  target: "Logs_20140328",
  jsonVersion: "1.1",
  operations: {
    DescribeLogStreams: reading(describeStreams),
    GetLogEvents: reading(getEvents),
    FilterLogEvents: reading(filterEvents),
    ...groupOperations,
  },
};
