import { capitalised } from "../deed.ts";
import { roughDuration, roughlyAgo } from "../rough-duration.ts";
import {
  besideServing,
  type Case,
  isGoingBack,
  isInProgress,
  primaryOf,
  type Sentence,
  type Situation,
  servingSentence,
  servingState,
  wayBack,
} from "./case.ts";
import { failureOf, failureText } from "./failure-text.ts";
import { groupProblem, isFailing } from "./problems.ts";
import { healthyOf } from "./serving.ts";

export function nothingServes(one: Case): Situation | undefined {
  const { serving } = one;
  if (serving === undefined || serving.healthy > 0 || serving.desired === 0) return undefined;
  return {
    code: "nothing-serves",
    tone: "failing",
    sentences: [servingSentence(one), ...whySentences(one)].slice(0, 2),
    states: [servingState(one)],
    below: whySentences(one).slice(0, 1),
    action: wayBack(one) ?? { do: "logs", why: "see why no task is healthy" },
  };
}

function whySentences(one: Case): Sentence[] {
  const { status } = one;
  const primary = primaryOf(status);
  const groups = status.balancer.known ? status.balancer.value.groups.flatMap(groupProblem) : [];
  const failing = primary !== undefined && isFailing(primary) ? [failureText(one, primary)] : [];
  return [...groups.map((text) => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`), ...failing].map((text) => ({
    tone: "failing",
    text,
  }));
}

export function failingDeployment(one: Case): Situation | undefined {
  const primary = primaryOf(one.status);
  if (primary === undefined || !isFailing(primary) || isGoingBack(one.status)) return undefined;
  const { state, why } = failureOf(one, primary);
  return {
    code: "deployment-failing",
    tone: "failing",
    sentences: [{ tone: "failing", text: failureText(one, primary) }, servingSentence(one)],
    ...besideServing(one, state, [{ tone: "failing", text: capitalised(why) }]),
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
  const state = `${name(primary.taskDefinition)} does not start`;
  const why = `0/${primary.desired ?? "?"} tasks run after ${roughDuration(seconds)}.`;
  return {
    code: "deployment-stuck",
    tone: "failing",
    sentences: [{ tone: "failing", text: `Release ${state}: ${why}` }, servingSentence(one)],
    ...besideServing(one, state, [{ tone: "failing", text: why }]),
    action: wayBack(one) ?? { do: "doctor", why: "find what stops its tasks" },
  };
}

export function rollingBack(one: Case): Situation | undefined {
  const { status, name } = one;
  const attempt = status.past.known ? status.past.value.attempt : null;
  if (attempt === null || !isGoingBack(status)) return undefined;
  const to = attempt.back?.to ?? primaryOf(status)?.taskDefinition ?? "";
  const by = attempt.back === undefined ? "" : ` (${byText(attempt.back.by)})`;
  const state = `ECS is rolling ${name(attempt.taskDefinition)} back to ${name(to)}`;
  return {
    code: "rolling-back",
    tone: "progress",
    sentences: [{ tone: "progress", text: `${state}${by}.` }, servingSentence(one)],
    states: [`${state}${by}`, state],
    below: [servingSentence(one)],
    action: { do: "watch", why: "ECS is rolling back: nothing to send" },
  };
}

export function deploying(one: Case): Situation | undefined {
  const { status, serving, name } = one;
  const primary = primaryOf(status);
  if (primary === undefined || !isInProgress(status)) return undefined;
  const healthy = serving && healthyOf(serving, primary.taskDefinition);
  const isDraining = (healthy ?? 0) >= (serving?.desired ?? Number.POSITIVE_INFINITY);
  const far = `${healthy ?? "?"}/${serving?.desired ?? "?"} healthy${isDraining ? ", old tasks draining" : ""}`;
  const state = `${name(primary.taskDefinition)} is being deployed: ${far}`;
  const others = isDraining ? [] : [servingSentence(one)];
  return {
    code: "deploying",
    tone: "progress",
    sentences: [{ tone: "progress", text: `Release ${state}.` }, ...others],
    states: [state],
    below: others,
    action: { do: "watch", why: "the deployment has no failed task so far" },
  };
}

const FIRST_FOR_MS = 24 * 3_600_000;

export function rolledBack(one: Case): Situation | undefined {
  const { status, now } = one;
  const attempt = status.past.known ? status.past.value.attempt : null;
  if (attempt?.status !== "ROLLBACK_SUCCESSFUL" || now - Date.parse(attempt.at) > FIRST_FOR_MS) return undefined;
  const serving = servingSentence(one);
  const { back, at, taskDefinition } = attempt;
  const when = [...(back === undefined ? [] : [byText(back.by)]), roughlyAgo(at, now)].join(", ");
  return {
    code: "rolled-back",
    tone: serving.tone,
    sentences: [{ tone: "fine", text: `${rolledBackText(one)}.` }, serving],
    ...besideServing(one, `ECS rolled ${one.name(taskDefinition)} back`, [
      { tone: "fine", text: `${capitalised(when)}.` },
    ]),
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
