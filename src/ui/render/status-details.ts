import { counted } from "../../domain/finding.ts";
import { isUnreadableLock, NOT_RECORDED } from "../../domain/lock.ts";
import { roughDuration } from "../../domain/rough-duration.ts";
import type { Case } from "../../domain/status/case.ts";
import { rolledBackText } from "../../domain/status/deployment-cases.ts";
import { isReplaced } from "../../domain/status/failure-text.ts";
import { isNear, problems } from "../../domain/status/problems.ts";
import {
  type DatabaseOverview,
  type GroupOverview,
  type Known,
  type MigrationsOverview,
  noRecovery,
  type ScalingOverview,
  type StopsOverview,
  type TargetStatus,
  type UnfinishedExecution,
  unread,
} from "../../domain/status/target-status.ts";
import { trafficText } from "../../domain/status/traffic-text.ts";
import { ago, formatDuration } from "../../domain/time.ts";
import type { Row } from "../text/layout.ts";
import { type FactRow, goalRows, lastLogRows, revisionText, unreadImageRows, unreadTaskRows } from "./status-facts.ts";

/** Every part of the state, in the order of a request: who asks, the service, its tasks and targets, the database. */
export function detailRows(status: TargetStatus, naming: Pick<Case, "name" | "now" | "status">): FactRow[] {
  const { now } = naming;
  return [
    ...accountRows(status),
    ...endpointRows(status),
    ...ecsRows(status, now),
    ...unreadImageRows(status),
    ...unreadTaskRows(status),
    ...taskRows(status),
    ...targetRows(status),
    { label: "Requests", text: shown(status.traffic, trafficText) },
    ...stopRows(status),
    ...lastLogRows(status, 5),
    ...goalRows(status, naming),
    ...attemptRows(naming),
    { label: "Schema", text: shown(status.migrations, (schema) => schemaText(schema, now)) },
    { label: "Database", text: shown(status.database, databaseText) },
    windowRow(status, now),
    ...alarmRows(status),
    { label: "Scaling", text: shown(status.scaling, scaling) },
    ...lockRows(status),
    ...unfinishedRows(status, now),
    ...problemRows(status),
  ];
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
  return endpoint === undefined ? [] : [{ label: "Endpoint", text: `requests go to ${endpoint}, not to AWS` }];
}

/** ECS's own words. */
function ecsRows({ service }: TargetStatus, now: number): Row[] {
  if (!service.known) return [{ label: "Service", text: notChecked(service.why), tone: "bad" }];
  const { deployments, event } = service.value;
  const rows = deployments.map((deployment, index) => ({
    label: index === 0 ? "Deployed" : "",
    text: `${deployment.taskDefinition}  ${deployment.status} ${deployment.rollout}  ${numbered(deployment.running)}/${numbered(deployment.desired)} running, ${numbered(deployment.failed)} failed, for ${roughDuration((now - Date.parse(deployment.since)) / 1000)}`,
  }));
  return [...rows, ...(event === undefined ? [] : [{ label: "Event", text: event }])];
}

/** ECS did not say how many. */
const numbered = (count: number | undefined): string => String(count ?? "?");

function taskRows({ tasks }: TargetStatus): Row[] {
  const lines = tasks.known
    ? tasks.value.revisions.map((one) => `${one.taskDefinition}  ${revisionText(one)}`)
    : [notChecked(tasks.why)];
  return labelled("Tasks", lines.length === 0 ? ["none"] : lines);
}

/** What the load balancer sends requests to: only this shows what really serves. A line for each target group. */
function targetRows({ service, balancer }: TargetStatus): Row[] {
  if (!balancer.known) return [{ label: "Targets", text: notChecked(balancer.why) }];
  const { groups } = balancer.value;
  const wanted = service.known ? ` (wanted ${service.value.desired})` : "";
  if (groups.length === 0) return [{ label: "Targets", text: "no target of a load balancer is registered" }];
  const named = groups.length > 1;
  return labelled(
    "Targets",
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

function schemaText({ newest, description, appliedAt }: MigrationsOverview, now: number): string {
  return `${newest} ${description}${appliedAt === undefined ? "" : `, applied ${ago(appliedAt, now)}`}`;
}

function stopRows({ tasks }: TargetStatus): Row[] {
  const stops = tasks.known ? tasks.value.stops : [];
  return labelled("Stopped", stops.slice(0, 3).map(stopText));
}

function stopText({ count, taskDefinition, reason, exitCodes = [] }: StopsOverview): string {
  if (isReplaced(reason)) return `${count} x ${taskDefinition}: replaced by ECS`;
  const codes = exitCodes.length === 0 ? "" : ` (exit ${exitCodes.join(", ")})`;
  return `${count} x ${taskDefinition}: ${reason}${codes}`;
}

/** The newest attempt, if ECS rolled it back. */
function attemptRows(naming: Pick<Case, "name" | "now" | "status">): Row[] {
  const text = rolledBackText(naming);
  return text === undefined ? [] : [{ label: "Rollback", text, tone: "warn" }];
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
    const names = near.length === 0 ? "0 in ALARM" : `${near.length} in ALARM: ${near.join(", ")}`;
    return others === 0 ? names : `${names}; ${counted(others, "alarm")} of other things`;
  });
  return [{ label: "Alarms", text }];
}

function scaling(target: ScalingOverview | null): string {
  if (target === null) return "no auto scaling";
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
  if (!leftovers.known) return [{ label: "Runs", text: notChecked(leftovers.why) }];
  const shownOnes = leftovers.value.slice(0, MOST_UNFINISHED).map((one) => unfinishedText(one, now));
  const more = leftovers.value.length - shownOnes.length;
  const lines = [...shownOnes, ...(more > 0 ? [`and ${more} more: vulcan-ops history`] : [])];
  return labelled("Runs", lines.length === 0 ? ["none unfinished"] : lines, lines.length === 0 ? undefined : "warn");
}

function unfinishedText(left: UnfinishedExecution, now: number): string {
  const { execution, what, state, since, operator, holdsLock } = left;
  if (isUnreadableLock(left)) return "a lock whose record cannot be read";
  const runs = what === NOT_RECORDED ? "" : `${what}  `;
  const began = since === NOT_RECORDED ? "" : `started ${ago(since, now)} `;
  const held = holdsLock ? ", holds the lock" : "";
  const how = state === "ended" ? "stopped (process exited)" : state;
  return `${execution}  ${runs}${how}${held}, ${began}by ${operator}`;
}

function labelled(label: string, lines: readonly string[], tone?: Row["tone"]): Row[] {
  return lines.map((text, index) => ({ label: index === 0 ? label : "", text, ...(tone && { tone }) }));
}

function problemRows(status: TargetStatus): Row[] {
  const wrong = problems(status).map((text): Row => ({ label: "Failing", text, tone: "bad", whole: true }));
  const missing = unread(status).length;
  if (missing === 0) return wrong;
  return [...wrong, { label: "Not read", text: counted(missing, "part"), tone: "warn" }];
}

function shown<T>(part: Known<T>, show: (value: T) => string): string {
  return part.known ? show(part.value) : notChecked(part.why, part.code);
}

/** These codes mean that there is none, which is an answer. */
const FACTS: ReadonlySet<string> = new Set(["not-configured", "migrations-absent", "database-absent"]);

function notChecked(why: string, code?: string): string {
  return FACTS.has(code ?? "") ? why : `not checked: ${why}`;
}
