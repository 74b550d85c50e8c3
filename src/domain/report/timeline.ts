import type { HistoryRow } from "../aws/ecs.ts";
import { outcomeOf } from "../execution.ts";
import type { JournalEvent } from "../execution-event.ts";
import type { ExecutionNoted } from "../execution-note.ts";
import { holderText } from "../lock.ts";
import type { TimedEvent } from "../watch/baseline.ts";
import type { Moment } from "./document.ts";
import { type ServiceEvent, withoutRepeats } from "./repeated-events.ts";
import type { Surroundings } from "./surroundings.ts";

interface Span {
  readonly from: string;
  readonly to: string;
}

/**
 * All that is known of the span, oldest first. Records of executions stand before what AWS says of the same moment, and
 * those of one execution in the order of its journal: the machines that wrote them have clocks of their own.
 */
export function timelineOf(
  executions: readonly { readonly events: readonly JournalEvent[]; readonly notes: readonly ExecutionNoted[] }[],
  { deployments, serviceEvents, alarms }: Surroundings,
  span: Span,
): readonly Moment[] {
  const own = executions.flatMap(({ events, notes }) => [...inOrder(events.flatMap(momentOf)), ...notes.map(noted)]);
  const isWithin = ({ at }: { readonly at: string }): boolean => utc(at) >= span.from && utc(at) <= span.to;
  const around: readonly Placed[] = [
    ...(alarms.known ? alarms.value.map(alarmed) : []),
    ...(deployments.known ? deployments.value.flatMap(deployed) : []),
    ...(serviceEvents.known ? withoutRepeats(serviceEvents.value.filter(isWithin)).map(served) : []),
  ].filter(isWithin);
  const all: readonly Placed[] = [...own, ...around].sort((a, b) =>
    placeOf(a) === placeOf(b) ? 0 : placeOf(a) < placeOf(b) ? -1 : 1,
  );
  return distinct(all.map(({ notBefore: _, ...moment }) => moment));
}

/** `notBefore`: the time of an earlier record, where that one's clock was ahead. */
type Placed = Moment & { readonly notBefore?: string };

const placeOf = ({ at, notBefore = at }: Placed): string => notBefore;

function inOrder(moments: readonly Moment[]): readonly Placed[] {
  let latest = "";
  return moments.map((moment) => {
    if (moment.at < latest) return { ...moment, notBefore: latest };
    latest = moment.at;
    return moment;
  });
}

/** An alarm that fires now is in the history of alarms, too. */
const distinct = (moments: readonly Moment[]): readonly Moment[] =>
  moments.filter(
    ({ at, source, text }, index) =>
      source !== "alarm" || moments.findIndex((one) => one.at === at && one.text === text) === index,
  );

const noted = ({ at, execution, text, operator }: ExecutionNoted): Moment => ({
  at,
  source: "note",
  execution,
  text,
  by: operator,
});

/** Plans and skipped steps are no news of a run; a step that only read is one where it proved something. */
function momentOf(event: JournalEvent): Moment[] {
  const said = textOf(event);
  if (said === undefined) return [];
  const { at, execution } = event;
  const by = event.type === "execution.started" || event.type === "execution.resumed" ? event.operator : undefined;
  return [{ at, source: "execution", execution, text: said, ...(by !== undefined && { by }) }];
}

function textOf(event: JournalEvent): string | undefined {
  switch (event.type) {
    case "execution.started":
      return `${event.runbook.id} began${why(event.statedReason)}`;
    case "execution.resumed":
      return `${event.mode === "undo" ? "undo began" : "resumed"}${why(event.statedReason)}`;
    case "execution.detached":
      return `continued on its machine's file alone: ${event.why}`;
    case "execution.handedOver":
      return `handed over by ${event.operator}@${event.host}${event.note === undefined ? "" : `: ${event.note}`}`;
    case "execution.tookOver":
      return `took the target over from ${holderText(event.from)}`;
    case "step.confirmed":
      return `${event.step}: confirmed, sending ${event.operation.service}:${event.operation.name}`;
    case "step.sent":
      return event.adopted === true ? `${event.step}: no answer came; the request had taken effect` : undefined;
    case "step.verified":
      return event.proof === undefined ? undefined : `${event.step}: ${event.text}`;
    case "step.failed":
      return `${event.step} failed: ${event.text} (${event.reason})`;
    case "step.declined":
      return `${event.step}: ${event.how === "silence" ? "no answer in time" : "declined"}`;
    case "step.undone":
      return `${event.step} undone: ${event.text}`;
    case "execution.ended":
      return `ended, exit ${event.exitCode}: ${outcomeOf(event)}`;
    default:
      return undefined;
  }
}

const why = (reason: string | undefined): string => (reason === undefined ? "" : ` (${reason})`);

const instant = (ms: number): string => new Date(ms).toISOString();

/** An alarm that fires still has no end; one that changed is told with the state that it changed to. */
const alarmed = ({ name, from, into }: TimedEvent): Moment => ({
  at: instant(from),
  source: "alarm",
  text: `${name} ${into === undefined || into === "ALARM" ? "fires" : `changes to ${into}`}`,
});

function deployed({ status, taskDefinition, createdAt, startedAt = createdAt, finishedAt }: HistoryRow): Moment[] {
  const name = taskDefinition.split("/").at(-1) ?? taskDefinition;
  const began: Moment = { at: utc(startedAt), source: "deployment", text: `deployment of ${name} began` };
  if (finishedAt === undefined) return [began];
  return [began, { at: utc(finishedAt), source: "deployment", text: `deployment of ${name} ended: ${status}` }];
}

const served = ({ at, text }: ServiceEvent): Moment => ({
  at: utc(at),
  source: "service",
  text,
});

/** Any RFC 3339 time in UTC with milliseconds, so that times can be compared as texts. */
const utc = (time: string): string => new Date(time).toISOString();
