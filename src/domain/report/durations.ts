import type { HistoryRow } from "../aws/ecs.ts";
import type { JournalEvent, StepConfirmed, StepPlanned, StepVerified } from "../execution-event.ts";
import { ROLLBACK_RUNBOOKS } from "../rollback-runbooks.ts";
import { clockTime, utcTime } from "../time.ts";
import type { Duration } from "./document.ts";
import type { Surroundings } from "./surroundings.ts";

/** How long it took, of one execution. The first three are those of an incident; a planned change has the whole alone. */
export function durationsOf(events: readonly JournalEvent[], surroundings: Surroundings): readonly Duration[] {
  const [started] = events;
  if (started?.type !== "execution.started") return [];
  const whole = between("total", started.at, events.at(-1)?.at, "from its first record to its last");
  if (!ROLLBACK_RUNBOOKS.includes(started.runbook.id)) return [whole];
  const recovery = restoreOf(events);
  const proof = recovery.length > 0 ? [] : [restored(events, firstWrite(events))];
  return [...incidentOf(events, surroundings), ...proof, ...recovery, whole];
}

const TITLES: Readonly<Record<Duration["id"], string>> = {
  detect: "Time to detect",
  decide: "Time to decide",
  restore: "Time to restore",
  total: "Whole execution",
  rto: "Recovery time (RTO)",
  rpo: "Lost data (RPO)",
};

const unknown = (id: Duration["id"], why: string): Duration => ({ id, title: TITLES[id], text: why });

function between(id: Duration["id"], from: string, to: string | undefined, text: string): Duration {
  if (to === undefined) return unknown(id, "it has no end");
  return { id, title: TITLES[id], seconds: Math.max(0, (Date.parse(to) - Date.parse(from)) / 1000), text };
}

function* incidentOf(events: readonly JournalEvent[], { deployments, alarms }: Surroundings): Iterable<Duration> {
  const startedAt = events[0]?.at ?? "";
  const wrote = firstWrite(events);
  const until = wrote?.at ?? startedAt;
  const suspect = deployments.known ? deploymentBefore(deployments.value, startedAt) : undefined;
  const fired = alarms.known ? firstAlarm(alarms.value, suspect?.at, until) : undefined;
  if (!deployments.known) yield unknown("detect", `ECS deployments not read: ${deployments.why}`);
  else if (!alarms.known) yield unknown("detect", `alarms not read: ${alarms.why}`);
  else if (suspect === undefined) yield unknown("detect", "no deployment before it is on record");
  else if (fired === undefined) yield unknown("detect", `no alarm fired between ${suspect.text} and the first request`);
  else yield between("detect", suspect.at, fired.at, `from ${suspect.text} to alarm ${fired.name}`);
  if (wrote === undefined) yield unknown("decide", "nothing was sent");
  else {
    const from = fired === undefined ? "the start of the execution" : `alarm ${fired.name}`;
    yield between("decide", fired?.at ?? startedAt, wrote.at, `from ${from} to the first request`);
  }
}

function restored(events: readonly JournalEvent[], wrote: StepConfirmed | undefined): Duration {
  if (wrote === undefined) return unknown("restore", "nothing was sent");
  const proof = firstProof(events);
  if (proof === undefined) return unknown("restore", "no step proved it");
  return between("restore", wrote.at, proof.at, `from the first request to “${proof.proof}” (step ${proof.step})`);
}

const isWrite = (event: JournalEvent): event is StepConfirmed =>
  event.type === "step.confirmed" && event.phase === "do";

const firstWrite = (events: readonly JournalEvent[]): StepConfirmed | undefined => events.find(isWrite);

/** What was proven first after the last main deed was sent. */
function firstProof(events: readonly JournalEvent[]): StepVerified | undefined {
  const mains = new Set(
    events.flatMap((event) => (event.type === "step.planned" && event.deed?.main === true ? [event.step] : [])),
  );
  const last = events.findLastIndex((event) => isWrite(event) && (mains.size === 0 || mains.has(event.step)));
  const later = events.slice(last + 1);
  return later.find((event) => event.type === "step.verified" && event.phase === "do" && event.proof !== undefined) as
    | StepVerified
    | undefined;
}

/** The deployment that ran when the execution began. */
function deploymentBefore(rows: readonly HistoryRow[], at: string) {
  const began = ({ startedAt, createdAt }: HistoryRow) => new Date(startedAt ?? createdAt).toISOString();
  const found = rows.filter((row) => began(row) <= at).sort((a, b) => (began(a) < began(b) ? 1 : -1))[0];
  if (found === undefined) return undefined;
  const name = found.taskDefinition.split("/").at(-1) ?? "";
  return { at: began(found), text: `the deployment of ${name} at ${clockTime(began(found))}` };
}

function firstAlarm(
  alarms: readonly { name: string; from: number; into?: string }[],
  since: string | undefined,
  until: string,
) {
  const fired = alarms
    .filter(({ into = "ALARM" }) => into === "ALARM")
    .map(({ name, from }) => ({ name, at: new Date(from).toISOString() }))
    .filter(({ at }) => at <= until && (since === undefined || at >= since));
  return fired.sort((a, b) => (a.at < b.at ? -1 : 1))[0];
}

const RESTORING = "rds:RestoreDBInstanceToPointInTime";
const nameOf = ({ operation: { service, name } }: StepConfirmed): string => `${service}:${name}`;

/** Of a restore: how long until its data was proven or served, and which data is not in it. */
function restoreOf(events: readonly JournalEvent[]): readonly Duration[] {
  const writes = events.filter(isWrite);
  const restore = writes.find((event) => nameOf(event) === RESTORING);
  if (restore === undefined) return [];
  const to = String(restore.operation.input.RestoreTime ?? restore.inputs.to ?? "");
  const turned = writes.find((event) => ["ecs.cutOver", "rds.rename"].includes(actionOf(events, event.step)));
  return [recovered(events, turned !== undefined), lost(to, events, turned)];
}

const isPlanned = (event: JournalEvent): event is StepPlanned => event.type === "step.planned";

const actionOf = (events: readonly JournalEvent[], step: string): string =>
  events.filter(isPlanned).find((event) => event.step === step)?.action ?? "";

function recovered(events: readonly JournalEvent[], isTurned: boolean): Duration {
  const startedAt = events[0]?.at ?? "";
  const action = isTurned ? "database.verifyCutover" : "database.verifyRestore";
  const proven = events.find(
    (event) => event.type === "step.verified" && event.phase === "do" && actionOf(events, event.step) === action,
  );
  if (proven === undefined) return unknown("rto", isTurned ? "the cutover is not proven" : "its data is not proven");
  const what = isTurned ? "the service uses the restored database" : "the restored data is proven; the service stays";
  return between("rto", startedAt, proven.at, `from the start of the execution until ${what}`);
}

/** What was written after the restore point, and before the old database was left, is not in the restored one. */
function lost(to: string, events: readonly JournalEvent[], turned: StepConfirmed | undefined): Duration {
  if (to === "" || Number.isNaN(Date.parse(to))) return unknown("rpo", "the restore point is not on record");
  if (turned === undefined)
    return { id: "rpo", title: TITLES.rpo, seconds: 0, text: "none: the service still uses its own database" };
  const fence = events.find((event) => isWrite(event) && event.operation.input.desiredCount === 0);
  const left = fence ?? turned;
  const text = `written from ${utcTime(to)} until the old database was left at ${clockTime(left.at)}`;
  return between("rpo", to, left.at, text);
}
