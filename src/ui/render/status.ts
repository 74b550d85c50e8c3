import { counted } from "../../domain/finding.ts";
import { NOTHING_TYPED, nextCommands } from "../../domain/status/next-commands.ts";
import { isNear, problems } from "../../domain/status/problems.ts";
import {
  type BalancerOverview,
  type DatabaseOverview,
  type GroupOverview,
  type Known,
  type MigrationsOverview,
  noRecovery,
  type RevisionTasks,
  type ScalingOverview,
  type TargetStatus,
  type TasksOverview,
  type UnfinishedExecution,
  unread,
} from "../../domain/status/target-status.ts";
import { ago, clockTime, formatDuration } from "../../domain/time.ts";
import { isNarrow, nextLines, type Row, rowLines } from "../text/layout.ts";
import { type DisplayOptions, paint } from "../text/style.ts";

/** The target's state in a few lines, above other output: what runs, what serves, what is wrong. */
export function renderStatusScreen(status: TargetStatus, display: DisplayOptions, now: number): string {
  const rows = [
    ...accountRows(status),
    ...deploymentRows(status, now),
    ...servingRows(status),
    ...stopRows(status),
    ...lastGoodRows(status, now),
    ...databaseRows(status, now),
    ...alarmRows(status),
    ...problemRows(status),
  ];
  return [heading(status, display), ...linesOf(rows, display)].join("\n");
}

/** The whole state of the target, on one screen. */
export function renderStatus(
  status: TargetStatus,
  display: DisplayOptions,
  now: number,
  typed = NOTHING_TYPED,
): string {
  const rows = [
    ...accountRows(status),
    ...endpointRows(status),
    ...deploymentRows(status, now),
    ...taskRows(status),
    ...trafficRows(status),
    ...stopRows(status),
    ...lastGoodRows(status, now),
    ...attemptRows(status, now),
    { label: "Schema", text: shown(status.migrations, (schema) => schemaText(schema, now)) },
    { label: "Database", text: shown(status.database, databaseText) },
    windowRow(status, now),
    ...alarmRows(status),
    { label: "Scaling", text: shown(status.scaling, scaling) },
    ...lockRows(status),
    ...unfinishedRows(status, now),
    ...problemRows(status),
  ];
  const next = nextLines(nextCommands(status, typed), display, 1);
  return [heading(status, display), ...linesOf(rows, display), ...next].join("\n");
}

function linesOf(rows: readonly Row[], display: DisplayOptions): string[] {
  return rows.flatMap((row) => rowLines({ ...row, text: withoutArns(row.text) }, display, 1));
}

/** The account and region are already shown above; the rest of an ARN fits a line. The caller's ARN stays whole. */
function withoutArns(text: string): string {
  return text.replace(/arn:aws[a-z-]*:(?!sts|iam)[a-z0-9-]+:[a-z0-9-]*:\d*:/g, "");
}

function heading({ target, at }: TargetStatus, display: DisplayOptions): string {
  const name = target.production ? paint("PRODUCTION", "loud", display) : paint(target.name, "strong", display);
  const what = `${target.cluster} / ${target.service}  ${clockTime(at)}`;
  return isNarrow(display) ? `${name}\n ${what}` : `${name}  ${what}`;
}

function accountRows({ target, caller }: TargetStatus): Row[] {
  const region = target.region ?? "region from the environment";
  const who = shown(
    caller,
    ({ account, arn, source }) => `${account}  ${region}  as ${arn}${source === undefined ? "" : `, by ${source}`}`,
  );
  return [{ label: "Account", text: who }];
}

function endpointRows({ endpoint }: TargetStatus): Row[] {
  if (endpoint === undefined) return [];
  return [{ label: "Endpoint", text: `requests go to ${endpoint}, not to AWS`, tone: "warn" }];
}

function deploymentRows({ service }: TargetStatus, now: number): Row[] {
  if (!service.known) return [{ label: "Service", text: notChecked(service.why), tone: "bad" }];
  return service.value.deployments.map((deployment, index) => ({
    label: index === 0 ? "Deployed" : "",
    text: `${deployment.taskDefinition}  ${deployment.status} ${deployment.rollout}  ${numbered(deployment.running)}/${numbered(deployment.desired)} running, ${numbered(deployment.failed)} failed, since ${ago(deployment.since, now)}`,
  }));
}

/** ECS did not say how many. */
const numbered = (count: number | undefined): string => String(count ?? "?");

function taskRows({ tasks }: TargetStatus): Row[] {
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

function servingRows({ service, tasks, balancer }: TargetStatus): Row[] {
  if (!service.known) return [];
  const wanted = `wanted ${service.value.desired}`;
  const healthy = shown(tasks, ({ healthy: counts }: TasksOverview) => {
    const all = Object.entries(counts).map(([name, count]) => `${count} healthy of ${name}`);
    return all.join(", ") || "no healthy task";
  });
  return [{ label: "Serving", text: `${healthy} (${wanted}); targets: ${shown(balancer, targets)}` }];
}

/** What the load balancer sends requests to: only this shows what really serves. A line for each target group. */
function trafficRows({ service, balancer }: TargetStatus): Row[] {
  if (!balancer.known) return [{ label: "Serving", text: notChecked(balancer.why) }];
  const { groups } = balancer.value;
  const wanted = service.known ? ` (wanted ${service.value.desired})` : "";
  if (groups.length === 0) return [{ label: "Serving", text: "no target of a load balancer is registered" }];
  const named = groups.length > 1;
  return labelled(
    "Serving",
    groups.map((group) => `${named ? `${group.name}: ` : ""}${groupText(group, wanted)}`),
  );
}

function groupText({ targets: states, serving, fault, unmatched }: GroupOverview, wanted: string): string {
  if (fault === "gone") return "the target group is gone";
  if (Object.keys(states).length === 0) return "no target of a load balancer is registered";
  const { healthy = 0, ...others } = states;
  const behind = Object.entries(serving).map(([name, count]) => `${count} healthy of ${name}`);
  const rest = Object.entries(others).map(([state, count]) => `${count} ${state}`);
  const matched = behind.length === 0 ? "no healthy target" : behind.join(", ");
  const text = unmatched ? `${healthy} healthy, which cannot be matched to tasks` : matched;
  return `${text}${wanted}${rest.length === 0 ? "" : `; ${rest.join(", ")}`}`;
}

function targets({ groups }: BalancerOverview): string {
  const texts = groups.map(({ name, targets: states }) => {
    const counts = Object.entries(states).map(([state, count]) => `${count} ${state}`);
    return `${groups.length > 1 ? `${name} ` : ""}${counts.join(", ") || "none"}`;
  });
  return texts.join("; ") || "none";
}

function schemaText({ newest, description, appliedAt }: MigrationsOverview, now: number): string {
  return `${newest} ${description}${appliedAt === undefined ? "" : `, applied ${ago(appliedAt, now)}`}`;
}

function stopRows({ tasks }: TargetStatus): Row[] {
  const stops = tasks.known ? tasks.value.stops : [];
  return labelled(
    "Stopped",
    stops.slice(0, 3).map((stop) => `${stop.count} x ${stop.taskDefinition}: ${stop.reason}`),
  );
}

function lastGoodRows({ past }: TargetStatus, now: number): Row[] {
  if (!past.known) return [{ label: "Last good", text: notChecked(past.why) }];
  const { lastGood: good } = past.value;
  if (good === null) return [{ label: "Last good", text: "no earlier revision is proven good" }];
  const evidence = `deployed ${ago(good.since, now)}, ran ${formatDuration(good.ranSeconds)}`;
  return [{ label: "Last good", text: `${good.taskDefinition}, ${evidence}` }];
}

/** The newest attempt, if ECS rolled it back. */
function attemptRows({ past }: TargetStatus, now: number): Row[] {
  const attempt = past.known ? past.value.attempt : null;
  if (attempt === null || !attempt.status.startsWith("ROLLBACK_")) return [];
  const text = `${attempt.taskDefinition}: ECS took it back (${attempt.status}), ${ago(attempt.at, now)}`;
  return [{ label: "Attempt", text, tone: "warn" }];
}

function databaseRows({ database }: TargetStatus, now: number): Row[] {
  const restorable = (time: string | undefined) => (time === undefined ? "" : `, restorable to ${ago(time, now)}`);
  const text = shown(database, (db) => `${databaseText(db)}${restorable(db.latestRestorableTime)}`);
  return [{ label: "Database", text }];
}

function databaseText({ id, status, engine }: DatabaseOverview): string {
  return `${id}  ${status}  ${engine}`;
}

function windowRow(status: TargetStatus, now: number): Row {
  const { window } = status;
  const none = noRecovery(status);
  if (none !== undefined) return { label: "Restore", text: none.why, tone: "warn" };
  const text = shown(window, ({ earliest, latest }) => {
    const behind = formatDuration((now - Date.parse(latest)) / 1000);
    const until = `to ${instant(latest)} (${behind} behind)`;
    return earliest === undefined ? `${until}; RDS does not say from when` : `${instant(earliest)} ${until}`;
  });
  return { label: "Restore", text };
}

function instant(time: string): string {
  return `${time.slice(0, 10)} ${time.slice(11, 19)}Z`;
}

function alarmRows({ alarms }: TargetStatus): Row[] {
  const text = shown(alarms, (list) => {
    const near = list.filter(isNear).map(({ name }) => name);
    const others = list.length - near.length;
    const names = near.join(", ") || (others === 0 ? "none is firing" : "none of this target is firing");
    return others === 0 ? names : `${names}; ${counted(others, "alarm")} of other things`;
  });
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

const MOST_UNFINISHED = 3;

function lockRows({ sharedLock }: TargetStatus): Row[] {
  return sharedLock === undefined ? [] : [{ label: "Lock", text: notChecked(sharedLock.why) }];
}

function unfinishedRows({ leftovers }: TargetStatus, now: number): Row[] {
  if (!leftovers.known) return [{ label: "Left over", text: notChecked(leftovers.why) }];
  const shownOnes = leftovers.value.slice(0, MOST_UNFINISHED).map((one) => unfinishedText(one, now));
  const more = leftovers.value.length - shownOnes.length;
  const lines = [...shownOnes, ...(more > 0 ? [`and ${more} more: vulcan-ops history`] : [])];
  return labelled("Left over", lines.length === 0 ? ["nothing"] : lines, lines.length === 0 ? undefined : "warn");
}

function unfinishedText(
  { execution, what, state, since, operator, holdsLock }: UnfinishedExecution,
  now: number,
): string {
  const held = holdsLock ? ", holds the lock" : "";
  const how = state === "ended" ? "process gone" : state;
  return `${execution}  ${what}  ${how}${held}, begun ${ago(since, now)} by ${operator}`;
}

function labelled(label: string, lines: readonly string[], tone?: Row["tone"]): Row[] {
  return lines.map((text, index) => ({ label: index === 0 ? label : "", text, ...(tone && { tone }) }));
}

function problemRows(status: TargetStatus): Row[] {
  const wrong = problems(status);
  if (wrong.length > 0) return wrong.map((text) => ({ label: "WRONG", text, tone: "bad", whole: true }));
  const missing = unread(status).length;
  if (missing === 0) return [{ label: "OK", text: "nothing wrong in sight", tone: "good" }];
  const what = missing === 1 ? "1 part was" : `${missing} parts were`;
  return [{ label: "?", text: `nothing wrong in sight, but ${what} not checked`, tone: "warn" }];
}

function shown<T>(part: Known<T>, show: (value: T) => string): string {
  return part.known ? show(part.value) : notChecked(part.why, part.code);
}

/** These codes mean that there is none, which is an answer. */
const FACTS: ReadonlySet<string> = new Set(["not-configured", "migrations-absent", "database-absent"]);

function notChecked(why: string, code?: string): string {
  return FACTS.has(code ?? "") ? why : `not checked: ${why}`;
}
