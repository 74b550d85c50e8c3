import { capitalised } from "../deed.ts";
import { type Execution, foldExecution, undoable } from "../execution.ts";
import type { JournalEvent } from "../execution-event.ts";
import type { ExecutionNoted } from "../execution-note.ts";
import { environmentWord, type Identity } from "../identity.ts";
import { recordedExecution } from "../recorded-execution.ts";
import type { Known } from "../status/target-status.ts";
import type { ExecutionPart, ReportDocument, UnreadPart } from "./document.ts";
import { durationsOf } from "./durations.ts";
import { executionPart } from "./execution-part.ts";
import { seriesOf } from "./series.ts";
import type { Surroundings } from "./surroundings.ts";
import { timelineOf } from "./timeline.ts";

/** One execution on record. */
export interface ReportedExecution {
  readonly events: readonly JournalEvent[];
  readonly notes: readonly ExecutionNoted[];
}

export interface ReportSource {
  /** Oldest first. */
  readonly executions: readonly ReportedExecution[];
  readonly surroundings: Surroundings;
  readonly identity: Identity;
  readonly span: ReportDocument["span"];
  readonly madeAt: string;
  readonly version: string;
  readonly zone: string;
  /** What of the record could not be used. */
  readonly unread: readonly UnreadPart[];
}

/** The whole report for readers inside. Pure. */
export function assembleReport(source: ReportSource): ReportDocument {
  const { executions, surroundings, identity, span, madeAt, version, zone } = source;
  const parts = executions.flatMap(({ events }) => executionPart(events) ?? []);
  const series = executions.flatMap(({ events }) => seriesOf(events));
  const [only, ...others] = executions;
  return {
    schemaVersion: 1,
    audience: "internal",
    title: titleOf(executions, identity),
    madeAt,
    version,
    zone,
    place: placeOf(identity),
    span,
    summary: parts.map(({ outcome }) => sentence(outcome)),
    durations: only === undefined || others.length > 0 ? [] : durationsOf(only.events, surroundings),
    timeline: timelineOf(executions, surroundings, span),
    executions: parts,
    logs: surroundings.logs.known ? surroundings.logs.value : [],
    series,
    unread: [...source.unread, ...unreadOf(surroundings), ...unmeasured(parts, series.length)],
    leftOut: [],
  };
}

const sentence = (text: string): string => (/[.!?]$/.test(text) ? text : `${text}.`);

function titleOf([only, ...others]: readonly ReportedExecution[], { target: { name } }: Identity): string {
  const execution = only === undefined || others.length > 0 ? undefined : foldExecution(only.events);
  if (execution === undefined) return `What happened on ${name}`;
  const { what, runbook } = recordedExecution(execution);
  const deed = what === undefined ? `Runbook ${runbook}` : capitalised(what);
  return `${deed} on ${name}${whatCameOf(execution)}`;
}

/** A title that names a change says where there was none, or none is left. */
function whatCameOf(execution: Execution): string {
  if (execution.isIncomplete === true || undoable(execution).length > 0) return "";
  const isTakenBack = execution.written.some((id) => execution.steps[id]?.state === "undone");
  return isTakenBack ? ", undone" : ": nothing was changed";
}

function placeOf(identity: Identity): ReportDocument["place"] {
  const { target, account = target.account } = identity;
  return {
    target: target.name,
    service: target.service,
    environment: environmentWord(identity),
    ...(account !== undefined && { account }),
    ...(target.region !== undefined && { region: target.region }),
  };
}

function unreadOf({ deployments, serviceEvents, alarms, logs }: Surroundings): readonly UnreadPart[] {
  const parts: readonly (readonly [string, Known<unknown>])[] = [
    ["alarm history", alarms],
    ["ECS deployments", deployments],
    ["ECS service events", serviceEvents],
    ["log group and streams", logs],
  ];
  return parts.flatMap(([what, part]) => (part.known ? [] : [{ what, why: part.why }]));
}

const unmeasured = (parts: readonly ExecutionPart[], series: number): readonly UnreadPart[] =>
  parts.length === 0 || series > 0 ? [] : [{ what: "metrics", why: "not measured: no step of it watched them" }];
