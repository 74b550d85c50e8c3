import { advice, NOTHING_TYPED } from "../../domain/status/next-commands.ts";
import {
  type BalancerOverview,
  type DatabaseOverview,
  type Leftover,
  type MigrationsOverview,
  type Overview,
  type Part,
  type RevisionTasks,
  type ScalingOverview,
  type TasksOverview,
  troubles,
  unread,
} from "../../domain/status/target-status.ts";
import { ago, clockTime, formatDuration } from "../../domain/time.ts";
import { isNarrow, nextLines, type Row, rowLines } from "../text/layout.ts";
import { type Look, paint } from "../text/style.ts";

/** The target's state in a few lines, to stand above something else: what runs, what serves, what is wrong. */
export function renderOverview(overview: Overview, look: Look, now: number): string {
  const rows = [
    ...accountRows(overview),
    ...deploymentRows(overview, now),
    ...servingRows(overview),
    ...stopRows(overview),
    ...lastGoodRows(overview, now),
    ...databaseRows(overview, now),
    ...alarmRows(overview),
    ...troubleRows(overview),
  ];
  return [heading(overview, look), ...linesOf(rows, look)].join("\n");
}

/** All of it, on one screen. */
export function renderStatus(overview: Overview, look: Look, now: number, typed = NOTHING_TYPED): string {
  const rows = [
    ...accountRows(overview),
    ...endpointRows(overview),
    ...deploymentRows(overview, now),
    ...taskRows(overview),
    ...trafficRows(overview),
    ...stopRows(overview),
    ...lastGoodRows(overview, now),
    ...attemptRows(overview, now),
    { label: "Schema", text: shown(overview.migrations, (schema) => schemaText(schema, now)) },
    { label: "Database", text: shown(overview.database, databaseText) },
    windowRow(overview, now),
    ...alarmRows(overview),
    { label: "Scaling", text: shown(overview.scaling, scaling) },
    ...leftoverRows(overview, now),
    ...troubleRows(overview),
  ];
  const next = nextLines(advice(overview, typed), look, 1);
  return [heading(overview, look), ...linesOf(rows, look), ...next].join("\n");
}

function linesOf(rows: readonly Row[], look: Look): string[] {
  return rows.flatMap((row) => rowLines({ ...row, text: withoutArns(row.text) }, look, 1));
}

/** The account and region stand above already; what is left of an ARN fits a line. The caller's stays whole. */
function withoutArns(text: string): string {
  return text.replace(/arn:aws[a-z-]*:(?!sts|iam)[a-z0-9-]+:[a-z0-9-]*:\d*:/g, "");
}

function heading({ target, at }: Overview, look: Look): string {
  const name = target.production ? paint("PRODUCTION", "loud", look) : paint(target.name, "strong", look);
  const what = `${target.cluster} / ${target.service}  ${clockTime(at)}`;
  return isNarrow(look) ? `${name}\n ${what}` : `${name}  ${what}`;
}

function accountRows({ target, caller }: Overview): Row[] {
  const region = target.region ?? "region from the environment";
  const who = shown(caller, ({ account, arn }) => `${account}  ${region}  as ${arn}`);
  return [{ label: "Account", text: who }];
}

function endpointRows({ endpoint }: Overview): Row[] {
  if (endpoint === undefined) return [];
  return [{ label: "Endpoint", text: `requests go to ${endpoint}, not to AWS`, tone: "warn" }];
}

function deploymentRows({ service }: Overview, now: number): Row[] {
  if (!service.known) return [{ label: "Service", text: notChecked(service.why), tone: "bad" }];
  return service.value.deployments.map((deployment, index) => ({
    label: index === 0 ? "Deployed" : "",
    text: `${deployment.taskDefinition}  ${deployment.status} ${deployment.rollout}  ${deployment.running}/${deployment.desired} running, ${deployment.failed} failed, since ${ago(deployment.since, now)}`,
  }));
}

function taskRows({ tasks }: Overview): Row[] {
  const lines = tasks.known ? tasks.value.revisions.map(revision) : [notChecked(tasks.why)];
  return labelled("Tasks", lines.length === 0 ? ["none"] : lines);
}

function revision({ taskDefinition, starting, running, stopping, health }: RevisionTasks): string {
  const states = Object.entries(health).map(([state, count]) => `${count} ${HEALTH[state] ?? state}`);
  const counts = [
    ...(running > 0 ? [`${running} running (${states.join(", ")})`] : []),
    ...(starting > 0 ? [`${starting} starting`] : []),
    ...(stopping > 0 ? [`${stopping} stopping`] : []),
  ];
  return `${taskDefinition}  ${counts.join(", ")}`;
}

const HEALTH: Readonly<Record<string, string>> = {
  HEALTHY: "healthy",
  UNHEALTHY: "unhealthy",
  UNKNOWN: "not checked yet",
};

function servingRows({ service, tasks, balancer }: Overview): Row[] {
  if (!service.known) return [];
  const wanted = `wanted ${service.value.desired}`;
  const healthy = shown(tasks, ({ healthy: counts }: TasksOverview) => {
    const all = Object.entries(counts).map(([name, count]) => `${count} healthy of ${name}`);
    return all.join(", ") || "no healthy task";
  });
  return [{ label: "Serving", text: `${healthy} (${wanted}); targets: ${shown(balancer, targets)}` }];
}

/** What the load balancer sends requests to: the truth about what serves. */
function trafficRows({ service, balancer }: Overview): Row[] {
  const wanted = service.known ? ` (wanted ${service.value.desired})` : "";
  const text = shown(balancer, ({ targets: states, serving }) => {
    if (Object.keys(states).length === 0) return "no target of a load balancer is registered";
    const { healthy: _, ...others } = states;
    const behind = Object.entries(serving).map(([name, count]) => `${count} healthy of ${name}`);
    const rest = Object.entries(others).map(([state, count]) => `${count} ${state}`);
    const targets = behind.length === 0 ? "no healthy target" : behind.join(", ");
    return `${targets}${wanted}${rest.length === 0 ? "" : `; ${rest.join(", ")}`}`;
  });
  return [{ label: "Serving", text }];
}

function targets({ targets: states }: BalancerOverview): string {
  return (
    Object.entries(states)
      .map(([state, count]) => `${count} ${state}`)
      .join(", ") || "none"
  );
}

function schemaText({ newest, description, appliedAt }: MigrationsOverview, now: number): string {
  return `${newest} ${description}${appliedAt === undefined ? "" : `, applied ${ago(appliedAt, now)}`}`;
}

function stopRows({ tasks }: Overview): Row[] {
  const stops = tasks.known ? tasks.value.stops : [];
  return labelled(
    "Stopped",
    stops.slice(0, 3).map((stop) => `${stop.count} x ${stop.taskDefinition}: ${stop.reason}`),
  );
}

function lastGoodRows({ past }: Overview, now: number): Row[] {
  if (!past.known) return [{ label: "Last good", text: notChecked(past.why) }];
  const { lastGood: good } = past.value;
  if (good === null) return [{ label: "Last good", text: "no earlier revision is proven good" }];
  const evidence = `deployed ${ago(good.since, now)}, ran ${formatDuration(good.ranSeconds)}`;
  return [{ label: "Last good", text: `${good.taskDefinition}, ${evidence}` }];
}

/** The newest attempt, where it did not become what runs. */
function attemptRows({ past }: Overview, now: number): Row[] {
  const attempt = past.known ? past.value.attempt : null;
  if (attempt === null || !attempt.status.startsWith("ROLLBACK_")) return [];
  const text = `${attempt.taskDefinition}: ECS took it back (${attempt.status}), ${ago(attempt.at, now)}`;
  return [{ label: "Attempt", text, tone: "warn" }];
}

function databaseRows({ database }: Overview, now: number): Row[] {
  const restorable = (time: string | undefined) => (time === undefined ? "" : `, restorable to ${ago(time, now)}`);
  const text = shown(database, (db) => `${databaseText(db)}${restorable(db.latestRestorableTime)}`);
  return [{ label: "Database", text }];
}

function databaseText({ id, status, engine }: DatabaseOverview): string {
  return `${id}  ${status}  ${engine}`;
}

function windowRow({ window }: Overview, now: number): Row {
  const text = shown(window, ({ earliest, latest }) => {
    const behind = formatDuration((now - Date.parse(latest)) / 1000);
    return `${instant(earliest)} to ${instant(latest)} (${behind} behind)`;
  });
  return { label: "Restore", text };
}

function instant(time: string): string {
  return `${time.slice(0, 10)} ${time.slice(11, 19)}Z`;
}

function alarmRows({ alarms }: Overview): Row[] {
  const text = shown(alarms, (list) => list.map(({ name }) => name).join(", ") || "none is firing");
  return [{ label: "Alarms", text }];
}

function scaling(target: ScalingOverview | null): string {
  if (target === null) return "nothing scales this service";
  const suspended = [
    ...(target.inSuspended ? ["scaling in"] : []),
    ...(target.outSuspended ? ["scaling out"] : []),
    ...(target.scheduledSuspended ? ["scheduled scaling"] : []),
  ];
  const state = suspended.length === 0 ? "active" : `suspended: ${suspended.join(", ")}`;
  return `${target.least} to ${target.most} tasks, ${state}`;
}

const MOST_LEFTOVERS = 3;

function leftoverRows({ leftovers }: Overview, now: number): Row[] {
  if (!leftovers.known) return [{ label: "Left over", text: notChecked(leftovers.why) }];
  const shownOnes = leftovers.value.slice(0, MOST_LEFTOVERS).map((one) => leftover(one, now));
  const more = leftovers.value.length - shownOnes.length;
  const lines = [...shownOnes, ...(more > 0 ? [`and ${more} more: vulcan-ops history`] : [])];
  return labelled("Left over", lines.length === 0 ? ["nothing"] : lines, lines.length === 0 ? undefined : "warn");
}

function leftover({ execution, what, state, since, operator, holdsLock, notBack }: Leftover, now: number): string {
  const held = holdsLock ? ", holds the lock" : "";
  const lock = notBack === undefined ? held : `${held}, not put back: ${notBack.join(", ")}`;
  const how = state === "ended" ? "process gone" : state;
  return `${execution}  ${what}  ${how}${lock}, begun ${ago(since, now)} by ${operator}`;
}

function labelled(label: string, lines: readonly string[], tone?: Row["tone"]): Row[] {
  return lines.map((text, index) => ({ label: index === 0 ? label : "", text, ...(tone && { tone }) }));
}

function troubleRows(overview: Overview): Row[] {
  const wrong = troubles(overview);
  if (wrong.length > 0) return wrong.map((text) => ({ label: "WRONG", text, tone: "bad", whole: true }));
  const missing = unread(overview).length;
  if (missing === 0) return [{ label: "OK", text: "nothing wrong in sight", tone: "good" }];
  const what = missing === 1 ? "1 part was" : `${missing} parts were`;
  return [{ label: "?", text: `nothing wrong in sight, but ${what} not checked`, tone: "warn" }];
}

function shown<T>(part: Part<T>, show: (value: T) => string): string {
  return part.known ? show(part.value) : notChecked(part.why, part.code);
}

/** That there is none is an answer. */
const FACTS: ReadonlySet<string> = new Set(["not-configured", "migrations-absent", "database-absent", "backup-absent"]);

function notChecked(why: string, code?: string): string {
  return FACTS.has(code ?? "") ? why : `not checked: ${why}`;
}
