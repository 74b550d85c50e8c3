import { counted } from "../../domain/finding.ts";
import { roughDuration, roughlyAgo } from "../../domain/rough-duration.ts";
import { type Case, rollbackGoal } from "../../domain/status/case.ts";
import { isNear } from "../../domain/status/problems.ts";
import { healthyOf, servingNow } from "../../domain/status/serving.ts";
import { partName, situationOf } from "../../domain/status/situation.ts";
import {
  type DeploymentOverview,
  noRecovery,
  type RevisionTasks,
  type TargetStatus,
  unreadParts,
} from "../../domain/status/target-status.ts";
import { trafficText } from "../../domain/status/traffic-text.ts";
import type { Row } from "../text/layout.ts";

/** A row of facts; `most`: it is cut after so many lines. */
export interface FactRow extends Row {
  readonly most?: number;
}

type Naming = Pick<Case, "name" | "now">;

/** What the sentences above rest on, on as few rows as decide; on a narrow screen fewer, and a line each. */
export function factRows(status: TargetStatus, naming: Naming, isNarrow: boolean): FactRow[] {
  const rows = allRows(status, naming);
  return isNarrow ? rows.filter(({ label }) => !LEFT_OUT.has(label)).map((row) => ({ ...row, most: 1 })) : rows;
}

const LEFT_OUT: ReadonlySet<string> = new Set(["Serving", "Draining", "Checks", "Database"]);

function allRows(status: TargetStatus, naming: Naming): FactRow[] {
  return [
    ...deploymentRows(status, naming),
    ...mismatchRows(status),
    trafficRow(status),
    ...lastLogRows(status, 1),
    databaseRow(status, naming.now),
    ...alarmRows(status),
    ...notPutBackRows(status),
    ...unreadImageRows(status),
    ...unreadTaskRows(status),
    ...unreadRows(status),
  ];
}

/** What could not be read, where the sentences above do not say it. */
function unreadRows(status: TargetStatus): FactRow[] {
  const parts = situationOf(status).code === "partly-unread" ? [] : unreadParts(status).map(([name]) => partName(name));
  const names = [...parts, ...(status.sharedLock === undefined ? [] : ["shared lock"])];
  return names.length === 0 ? [] : [{ label: "Not read", text: `${names.join(", ")} (why: --verbose)`, tone: "warn" }];
}

/** Each deployment that ECS knows of: the newest, and those that it replaces. */
function deploymentRows(status: TargetStatus, { name, now }: Naming): FactRow[] {
  const { service } = status;
  if (!service.known) return [];
  return service.value.deployments.map((deployment, index) => {
    const { taskDefinition, since, failed = 0, status: place } = deployment;
    const text = [
      `${name(taskDefinition)}  ${healthOf(deployment, status)}`,
      ...(failed > 0 ? [`${failed} failed`] : startingText(deployment, status)),
      `for ${roughDuration((now - Date.parse(since)) / 1000)}`,
    ].join(", ");
    const breaker = index === 0 && failed > 0 ? breakerText(status) : "";
    const odd = ["PRIMARY", "ACTIVE"].includes(place) ? "" : ` ${place}`;
    return { label: deploymentLabel(deployment, index, status), text: `${text}${breaker}${odd}`, most: 2 };
  });
}

function deploymentLabel({ taskDefinition, rollout }: DeploymentOverview, index: number, status: TargetStatus): string {
  if (index === 0) return rollout === "IN_PROGRESS" || rollout === "FAILED" ? "Deploying" : "Serving";
  const serving = servingNow(status)?.revisions ?? [];
  return serving.some(([revision]) => revision === taskDefinition) ? "Serving" : "Draining";
}

function startingText({ taskDefinition }: DeploymentOverview, { tasks }: TargetStatus): string[] {
  const own = tasks.known ? tasks.value.revisions.find((one) => one.taskDefinition === taskDefinition) : undefined;
  return own === undefined || own.starting === 0 ? [] : [`${own.starting} starting`];
}

function healthOf({ taskDefinition, running, desired }: DeploymentOverview, status: TargetStatus): string {
  const serving = servingNow(status);
  if (serving === undefined) return `${running ?? "?"}/${desired ?? "?"} running`;
  return `${healthyOf(serving, taskDefinition) ?? "?"}/${serving.desired} healthy`;
}

function breakerText({ service }: TargetStatus): string {
  const breaker = service.known ? service.value.breaker : undefined;
  if (breaker === undefined) return "";
  if (!breaker.enabled) return "; circuit breaker off";
  return breaker.rollback ? "; circuit breaker on" : "; circuit breaker on, without rollback";
}

/** Containers say that they are well, and the load balancer does not find them so: only its word serves users. */
function mismatchRows({ tasks, balancer }: TargetStatus): FactRow[] {
  if (!tasks.known || !balancer.known) return [];
  const { states = {}, serving } = balancer.value;
  return tasks.value.revisions.flatMap(({ taskDefinition, health }) => {
    const [well, bad] = [health.HEALTHY ?? 0, states[taskDefinition]?.unhealthy ?? 0];
    if (bad === 0 || well <= (serving[taskDefinition] ?? 0)) return [];
    const revision = taskDefinition.replace(/^.*:/, ":");
    return [{ label: "Checks", text: `${revision} containers: ${well} healthy; load balancer: ${bad} unhealthy` }];
  });
}

function trafficRow({ traffic }: TargetStatus): FactRow {
  const text = traffic.known ? trafficText(traffic.value) : `not read: ${traffic.why}`;
  return { label: "Requests", text, most: 1 };
}

/** The last words of the newest task that failed. */
export function lastLogRows({ lastLog }: TargetStatus, most: number): FactRow[] {
  if (lastLog === undefined) return [];
  if (!lastLog.known) return [{ label: "Last log", text: `not read: ${lastLog.why}`, most: 1 }];
  return lastLog.value.lines
    .slice(-most)
    .map(({ text }, index) => ({ label: index === 0 ? "Last log" : "", text: text.trim(), most: 1 }));
}

function databaseRow(read: TargetStatus, now: number): FactRow {
  const { database, migrations, window } = read;
  if (!database.known) return { label: "Database", text: database.why, most: 1 };
  const { status, latestRestorableTime } = database.value;
  const latest = latestRestorableTime ?? (window.known ? window.value.latest : undefined);
  const none = noRecovery(read);
  const until = latest === undefined ? "" : `, restorable to ${roughlyAgo(latest, now)}`;
  const restorable = none === undefined ? until : `, no restore: ${none.why}`;
  return { label: "Database", text: `${status}${restorable}${schemaText(migrations, now)}`, most: 2 };
}

function schemaText(migrations: TargetStatus["migrations"], now: number): string {
  if (!migrations.known) return "";
  const { newest, appliedAt } = migrations.value;
  return `; schema ${newest}${appliedAt === undefined ? "" : `, applied ${roughlyAgo(appliedAt, now)}`}`;
}

function alarmRows({ alarms }: TargetStatus): FactRow[] {
  const near = alarms.known ? alarms.value.filter(isNear) : [];
  if (near.length === 0) return [];
  return [
    {
      label: "Alarms",
      text: `${near.length} in ALARM: ${near.map(({ name }) => name).join(", ")}`,
      tone: "bad",
      most: 2,
    },
  ];
}

function notPutBackRows({ unfinished }: TargetStatus): FactRow[] {
  if (unfinished.length === 0) return [];
  const [first] = unfinished;
  const more = unfinished.length === 1 ? "" : `, and ${counted(unfinished.length - 1, "more change")}`;
  return [{ label: "Left over", text: `${first?.what}${more}`, tone: "warn", most: 1 }];
}

/** Where the service itself cannot be read, that is said already. */
export function unreadImageRows({ unreadImages, service }: TargetStatus): FactRow[] {
  if (unreadImages === undefined || !service.known) return [];
  return [{ label: "Releases", text: `versions not read: ${unreadImages.why}`, tone: "warn", most: 2 }];
}

export function unreadTaskRows({ past }: TargetStatus): FactRow[] {
  if (!past.known || past.value.tasksUnread === undefined) return [];
  return [{ label: "History", text: `task counts not read: ${past.value.tasksUnread}`, tone: "warn", most: 2 }];
}

/** `Roll back to  1.42.0 (:42), ran 6 days`; absent where a rollback would be refused. */
export function goalRows(status: TargetStatus, { name }: Naming): FactRow[] {
  const goal = rollbackGoal(status);
  const good = status.past.known ? status.past.value.lastGood : null;
  if (goal === undefined || good === null) return [];
  return [{ label: "Roll back", text: `to ${name(goal)}, which ran ${roughDuration(good.ranSeconds)}` }];
}

const HEALTH: Readonly<Record<string, string>> = {
  HEALTHY: "healthy",
  UNHEALTHY: "unhealthy",
  UNKNOWN: "not checked",
};

/** `3 running, containers: 3 healthy` */
export function revisionText({ starting, running, stopping, health }: RevisionTasks): string {
  const states = Object.entries(health).map(([state, count]) => `${count} ${HEALTH[state] ?? state}`);
  const counts = [
    ...(running > 0 ? [`${running} running`] : []),
    ...(starting > 0 ? [`${starting} starting`] : []),
    ...(stopping > 0 ? [`${stopping} stopping`] : []),
  ];
  return `${counts.join(", ")}${states.length === 0 ? "" : `; containers: ${states.join(", ")}`}`;
}
