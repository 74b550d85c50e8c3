import { roughDuration, roughlyAgo } from "../rough-duration.ts";
import {
  type Case,
  isGoingBack,
  isInProgress,
  primaryOf,
  type Sentence,
  type Situation,
  servingSentence,
  wayBack,
} from "./case.ts";
import { failureText } from "./failure-text.ts";
import { isFailing } from "./problems.ts";

export function nothingServes(one: Case): Situation | undefined {
  const { serving, status } = one;
  if (serving === undefined || serving.healthy > 0 || serving.desired === 0) return undefined;
  return {
    code: "nothing-serves",
    tone: "failing",
    sentences: [servingSentence(one), ...(primaryOf(status) ? failureSentence(one) : [])],
    action: wayBack(one) ?? { do: "logs", why: "see why no task is healthy" },
  };
}

function failureSentence(one: Case): Sentence[] {
  const primary = primaryOf(one.status);
  return primary !== undefined && isFailing(primary) ? [{ tone: "failing", text: failureText(one, primary) }] : [];
}

export function failingDeployment(one: Case): Situation | undefined {
  const primary = primaryOf(one.status);
  if (primary === undefined || !isFailing(primary) || isGoingBack(one.status)) return undefined;
  return {
    code: "deployment-failing",
    tone: "failing",
    sentences: [{ tone: "failing", text: failureText(one, primary) }, servingSentence(one)],
    action: wayBack(one) ?? { do: "logs", why: "see why its tasks fail" },
  };
}

/** A deployment that has no running task for so long does not start. */
const START_WITHIN_S = 300;

export function stuckDeployment(one: Case): Situation | undefined {
  const { status, now, name } = one;
  const primary = primaryOf(status);
  if (primary === undefined || !isInProgress(status) || isGoingBack(status)) return undefined;
  const seconds = (now - Date.parse(primary.since)) / 1000;
  if (primary.running !== 0 || seconds < START_WITHIN_S) return undefined;
  const text = `Release ${name(primary.taskDefinition)} does not start: 0/${primary.desired ?? "?"} tasks run after ${roughDuration(seconds)}.`;
  return {
    code: "deployment-stuck",
    tone: "failing",
    sentences: [{ tone: "failing", text }, servingSentence(one)],
    action: wayBack(one) ?? { do: "doctor", why: "find what stops its tasks" },
  };
}

export function rollingBack(one: Case): Situation | undefined {
  const { status, name } = one;
  const attempt = status.past.known ? status.past.value.attempt : null;
  if (attempt === null || !isGoingBack(status)) return undefined;
  const to = attempt.back?.to ?? primaryOf(status)?.taskDefinition ?? "";
  const by = attempt.back === undefined ? "" : ` (${byText(attempt.back.by)})`;
  const text = `ECS is rolling ${name(attempt.taskDefinition)} back to ${name(to)}${by}.`;
  return {
    code: "rolling-back",
    tone: "progress",
    sentences: [{ tone: "progress", text }, servingSentence(one)],
    action: { do: "watch", why: "ECS is rolling back: nothing to send" },
  };
}

export function deploying(one: Case): Situation | undefined {
  const { status, serving, name } = one;
  const primary = primaryOf(status);
  if (primary === undefined || !isInProgress(status)) return undefined;
  const healthy = serving?.revisions.find(([revision]) => revision === primary.taskDefinition)?.[1] ?? 0;
  const isDraining = healthy >= (serving?.desired ?? Number.POSITIVE_INFINITY);
  const state = `${healthy}/${serving?.desired ?? "?"} healthy${isDraining ? ", old tasks draining" : ""}`;
  const text = `Release ${name(primary.taskDefinition)} is being deployed: ${state}.`;
  const others = isDraining ? [] : [servingSentence(one)];
  return {
    code: "deploying",
    tone: "progress",
    sentences: [{ tone: "progress", text }, ...others],
    action: { do: "watch", why: "the deployment has no failed task so far" },
  };
}

const FIRST_FOR_MS = 24 * 3_600_000;

export function rolledBack(one: Case): Situation | undefined {
  const { status, now } = one;
  const attempt = status.past.known ? status.past.value.attempt : null;
  if (attempt?.status !== "ROLLBACK_SUCCESSFUL" || now - Date.parse(attempt.at) > FIRST_FOR_MS) return undefined;
  const serving = servingSentence(one);
  return {
    code: "rolled-back",
    tone: serving.tone,
    sentences: [{ tone: "fine", text: `${rolledBackText(one)}.` }, serving],
    action: { do: "watch", why: "it is rolled back: nothing to send" },
  };
}

/** `ECS rolled 1.43.0 (:43) back to 1.42.0 (:42) 51 min ago (circuit breaker)`; undefined where that did not happen. */
export function rolledBackText({ status, now, name }: Pick<Case, "status" | "now" | "name">): string | undefined {
  const attempt = status.past.known ? status.past.value.attempt : null;
  if (attempt === null || !attempt.status.startsWith("ROLLBACK_")) return undefined;
  const { back, at, taskDefinition } = attempt;
  const to = back === undefined ? "" : ` to ${name(back.to)}`;
  const by = back === undefined ? "" : ` (${byText(back.by)})`;
  return `ECS rolled ${name(taskDefinition)} back${to} ${roughlyAgo(at, now)}${by}`;
}

const byText = (by: "circuit breaker" | "alarm" | "request"): string => (by === "request" ? "on request" : by);
