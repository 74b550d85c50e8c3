import { capitalised } from "../deed.ts";
import { isUnreadableLock, NOT_RECORDED } from "../lock.ts";
import {
  type Action,
  type Case,
  isInProgress,
  primaryOf,
  type Sentence,
  type Situation,
  servingSentence,
} from "./case.ts";
import { failureText } from "./failure-text.ts";
import { isFailing } from "./problems.ts";
import { healthyOf } from "./serving.ts";
import type { UnfinishedExecution } from "./target-status.ts";

const TO_RESUME: ReadonlySet<UnfinishedExecution["state"]> = new Set(["unfinished", "interrupted", "unknown"]);

/** An execution of ours on this target that is not finished comes before all else: its resume reads first. */
export function ownExecution(one: Case): Situation | undefined {
  const left = leftoversOf(one).find(({ state }) => TO_RESUME.has(state));
  if (left === undefined) return undefined;
  const { execution, what } = left;
  const goal = what === "rollback-service" ? goalOf(one, left) : undefined;
  const verb = `${VERBS[what] ?? `execution of ${what}`}${goal === undefined ? "" : ` to ${one.name(goal)}`}`;
  const far = goal === undefined ? undefined : progressTo(one, goal);
  const more = goal === undefined ? [stateSentence(one)] : [];
  const isFine = goal !== undefined || more.every(({ tone }) => tone !== "failing");
  const tone = isFine ? "progress" : "failing";
  return {
    code: "unfinished-execution",
    tone,
    sentences: [
      { tone: "progress", text: `Your ${verb} is unfinished (${execution})${far === undefined ? "" : `: ${far}`}.` },
      ...more,
    ],
    states: [`Your ${verb} is unfinished`],
    below: far === undefined ? more : [{ tone: "progress", text: capitalised(`${far}.`) }],
    action: { do: "resume", execution, why: "reads AWS first, sends nothing twice" },
  };
}

/** Another process works on the target. */
export function runningExecution(one: Case): Situation | undefined {
  const left = leftoversOf(one).find(({ state }) => state === "running" || state === "elsewhere");
  if (left === undefined) return undefined;
  const running = runningText(left);
  const told = {
    sentences: [{ tone: "progress", text: `${running}.` }, stateSentence(one)],
    states: [running],
    below: [stateSentence(one)],
  } as const;
  return { code: "running-execution", tone: "progress", ...told, action: actionAbout(left) };
}

function runningText(left: UnfinishedExecution): string {
  if (isUnreadableLock(left)) return "The target is locked, and the record of its lock cannot be read";
  const { execution, what, operator } = left;
  const noun = what === NOT_RECORDED ? "execution" : (VERBS[what] ?? what);
  return `${/^[aeiou]/i.test(noun) ? "An" : "A"} ${noun} is running (${execution}, ${operator})`;
}

function actionAbout(left: UnfinishedExecution): Action {
  const { execution, state, operator } = left;
  if (isUnreadableLock(left)) return { do: "unlock", execution, why: "if no operator is at work" };
  if (state === "running") return { do: "show", execution, why: "what it has done so far" };
  return { do: "watch", why: `${operator} is at work` };
}

const VERBS: Readonly<Record<string, string>> = {
  "create-alerts": "creation of alerts",
  "upgrade-service": "upgrade",
  "rollback-service": "rollback",
  "maintenance-window": "maintenance",
  "restore-database": "restore",
  "rollback-migration": "migration rollback",
};

const leftoversOf = ({ status }: Case): readonly UnfinishedExecution[] =>
  status.leftovers.known ? status.leftovers.value : [];

/** What the rollback has sent: the deployment, or ECS's own way back, that began after it did. */
function goalOf({ status }: Case, { since }: UnfinishedExecution): string | undefined {
  const primary = primaryOf(status);
  const attempt = status.past.known ? status.past.value.attempt : null;
  if (attempt?.status.startsWith("ROLLBACK_") && attempt.back?.by === "request" && attempt.at >= since)
    return attempt.back.to;
  return primary !== undefined && primary.since >= since ? primary.taskDefinition : undefined;
}

function progressTo({ status, serving }: Case, goal: string): string {
  const healthy = serving && healthyOf(serving, goal);
  const isDraining = isInProgress(status) || (serving?.revisions.length ?? 0) > 1;
  return `${healthy ?? "?"}/${serving?.desired ?? "?"} healthy${isDraining ? ", old tasks draining" : ""}`;
}

function stateSentence(one: Case): Sentence {
  const primary = primaryOf(one.status);
  if (primary !== undefined && isFailing(primary)) return { tone: "failing", text: failureText(one, primary) };
  return servingSentence(one);
}
