import { isReady, type Service, type Task } from "../../../domain/aws/ecs.ts";
import { unmatchedText } from "../../../domain/aws/targets.ts";
import type { JsonObject } from "../../../domain/json.ts";
import { clockTime, formatDuration } from "../../../domain/time.ts";
import type { Assessment } from "./assess.ts";
import { inService, matchGroups, otherTasksAlive, primaryOf, type RolloutSnapshot } from "./snapshot.ts";
import { stopTime } from "./stopped-tasks.ts";

/** `3 tasks of vulcan-prod:43`, several revisions joined. */
export function countTasks(tasks: readonly Task[], what = "tasks"): string {
  const names = [...new Set(tasks.map((task) => task.taskDefinition))];
  return names
    .map((name) => [tasks.filter((task) => task.taskDefinition === name).length, name] as const)
    .map(([count, name]) => `${count} ${count === 1 ? what.replace(/s$/, "") : what} of ${name}`)
    .join(" and ");
}

/** The state in lines: what is missing, what else exists, warnings, and the last event of ECS. */
export function describe(wanted: string, snapshot: RolloutSnapshot, judgement: Assessment): string {
  const { service } = snapshot;
  const others = otherTasksAlive(wanted, snapshot);
  const event = service.events[0];
  return [
    judgement.kind === "going"
      ? judgement.why
      : judgement.kind === "failed"
        ? judgement.text
        : `all ${service.desired} tasks of ${wanted} are healthy`,
    ...(others.length === 0 ? [] : [`${countTasks(others)} still running or draining`]),
    ...unmatched(snapshot),
    ...warnings(service),
    ...(event === undefined ? [] : [`ECS: ${event.text}`]),
  ].join("\n");
}

function unmatched(snapshot: RolloutSnapshot): string[] {
  const text = unmatchedText(matchGroups(snapshot).unmatched.map(({ name }) => name));
  return text === "" ? [] : [text];
}

function warnings(service: Service): string[] {
  const failed = primaryOf(service)?.failed ?? 0;
  const unable = service.events.slice(0, 5).find(({ text }) => /\bunable to\b/.test(text));
  return [
    ...(failed === 0 ? [] : [`warning: ${failed} failed ${failed === 1 ? "task" : "tasks"} so far`]),
    ...(unable === undefined || unable === service.events[0] ? [] : [`warning: ${unable.text}`]),
  ];
}

/** Nothing has moved for this long. It is a warning, and no end. */
export function stalled(ms: number): string {
  return `\nwarning: nothing has moved for ${formatDuration(ms / 1000)}`;
}

/** For the progress bar: how many tasks of the wanted revision run and are healthy, and how many others exist. */
export function counts(wanted: string, snapshot: RolloutSnapshot): JsonObject {
  const { service, running } = snapshot;
  const own = running.filter((task) => task.taskDefinition === wanted);
  return {
    wanted,
    desired: service.desired,
    running: own.filter((task) => task.status === "RUNNING").length,
    healthy: own.filter((task) => task.health === "HEALTHY").length,
    others: otherTasksAlive(wanted, snapshot).length,
  };
}

/** One line for the operator's first question: what do users get right now? */
export function servingNow(snapshot: RolloutSnapshot): string {
  const serving = inService(snapshot);
  const { name, desired } = snapshot.service;
  if (serving.length > 0) return `Traffic is served by ${countTasks(serving, "healthy tasks")} (${desired} wanted)`;
  return snapshot.running.some(isReady) ? `OUTAGE: 0 healthy targets of ${name}` : `OUTAGE: 0 healthy tasks of ${name}`;
}

/** The text for success. If tasks still drain, it says when they will be gone. */
export function served(wanted: string, snapshot: RolloutSnapshot, drainSeconds: number, now: number): string {
  const others = otherTasksAlive(wanted, snapshot);
  const { desired, targetGroups } = snapshot.service;
  const unseen = unmatched(snapshot);
  const isSeen = targetGroups.length > 0 && unseen.length === 0;
  const nothing = `${wanted} is deployed, but the service is scaled to 0: that proves nothing`;
  const good =
    desired === 0
      ? nothing
      : [`${wanted} healthy on ${desired}/${desired} tasks${isSeen ? " and targets" : ""}`, ...unseen].join("; ");
  if (others.length === 0) return good;
  return `${good}; ${countTasks(others)} still draining, ${goneBy(others, drainSeconds, now)}`;
}

/** A few words for the outcome. Where no task is wanted, nothing is proven. */
export function healthyCount(wanted: string, snapshot: RolloutSnapshot): { readonly proof?: string } {
  const { desired } = snapshot.service;
  const healthy = inService(snapshot).filter(({ taskDefinition }) => taskDefinition === wanted).length;
  return desired === 0 ? {} : { proof: `${healthy}/${desired} healthy` };
}

/** Time for deregistration before the drain, and for the way to STOPPED after it. */
const AROUND_DRAIN_SECONDS = 30;

function goneBy(others: readonly Task[], drainSeconds: number, now: number): string {
  const begun = others
    .map(stopTime)
    .filter((time) => time !== "")
    .sort()
    .at(-1);
  if (begun === undefined || others.some((task) => stopTime(task) === "")) return "not all of them are stopping yet";
  const gone = Date.parse(begun) + (drainSeconds + AROUND_DRAIN_SECONDS) * 1000;
  if (gone <= now) return "due to be gone by now";
  return `gone by about ${clockTime(new Date(gone).toISOString())}`;
}

/** The second milestone: the last of the other revisions has stopped. */
export function drained(wanted: string, { stopped }: RolloutSnapshot): string {
  const begun = stopped.filter((task) => task.taskDefinition !== wanted).map((task) => task.stoppedAt ?? "");
  const last = begun.sort().at(-1);
  const when = last === undefined || last === "" ? "" : ` (last stopped ${clockTime(last)})`;
  return `all old tasks are gone${when}`;
}
