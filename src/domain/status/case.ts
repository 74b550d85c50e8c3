import { familyOf } from "../aws/ecs.ts";
import { releaseName } from "../release.ts";
import { roughDuration } from "../rough-duration.ts";
import { type Serving, servingNow } from "./serving.ts";
import type { DeploymentOverview, TargetStatus } from "./target-status.ts";

/** `fine`, `progress`: nothing is to be done. `failing`: users are at risk. `unknown`: that could not be read. */
export type Tone = "fine" | "progress" | "failing" | "unknown";

export interface Sentence {
  readonly tone: Tone;
  readonly text: string;
}

/** What one should do now, and why. */
export type Action =
  | { readonly do: "resume" | "show" | "unlock"; readonly execution: string; readonly why: string }
  | { readonly do: "rollback"; readonly to: string; readonly why: string }
  | { readonly do: "logs"; readonly why: string }
  | { readonly do: "watch" | "doctor"; readonly why: string };

/** What is the matter with a target, for programs: its first sentence answers. */
export interface Summary {
  /** Stable, for scripts. */
  readonly code: string;
  readonly tone: Tone;
  /** One or two. */
  readonly sentences: readonly Sentence[];
  /** The first of the menu. */
  readonly action: Action;
}

/** The same for a screen, whose first row says how things are and what to do. */
export interface Situation extends Summary {
  /** A few words, the fullest first: the first row takes those that fit. */
  readonly states: readonly [string, ...string[]];
  /** What the first row does not say. */
  readonly below: readonly Sentence[];
}

/** What a case is judged by. */
export interface Case {
  readonly status: TargetStatus;
  readonly now: number;
  readonly serving: Serving | undefined;
  /** `1.42.0 (:42)` */
  name(taskDefinition: string): string;
}

export function caseOf(status: TargetStatus): Case {
  const family = status.service.known ? familyOf(status.service.value.taskDefinition) : "";
  const name = (taskDefinition: string) => {
    const image = status.images[taskDefinition];
    return releaseName({ taskDefinition, ...(image !== undefined && { image }) }, family);
  };
  return { status, now: Date.parse(status.at), serving: servingNow(status), name };
}

/** `Users are served by 1.42.0 (:42): 3/3 healthy.` */
export function servingSentence({ status, serving, name }: Case): Sentence {
  if (serving === undefined) return { tone: "unknown", text: "What serves users could not be read." };
  const { desired, healthy, revisions } = serving;
  if (desired === 0 && healthy === 0) return { tone: "progress", text: "The service is scaled to 0 tasks." };
  const [first, ...others] = revisions;
  if (first === undefined) return { tone: "failing", text: `No ${target(serving)} is healthy: users get errors.` };
  const tone = healthy >= desired ? "fine" : "failing";
  const by = `${name(first[0])}: ${first[1]}/${desired} healthy`;
  const rest = others.map(([revision, count]) => `, ${name(revision)}: ${count}`).join("");
  return { tone, text: `Users are served by ${by}${rest}${withoutBalancer(status)}.` };
}

/** `1.42.0 (:42) serves, 3/3 healthy` */
export function servingState({ status, serving, name }: Case): string {
  if (serving === undefined) return "What serves users is not known";
  const { desired, healthy, revisions } = serving;
  if (desired === 0 && healthy === 0) return "The service is scaled to 0 tasks";
  const [first, ...others] = revisions;
  if (first === undefined) return `No ${target(serving)} is healthy: users get errors`;
  const rest = others.map(([revision, count]) => `, ${name(revision)}: ${count}`).join("");
  return `${name(first[0])} serves, ${first[1]}/${desired} healthy${rest}${withoutBalancer(status)}`;
}

const withoutBalancer = ({ balancer }: TargetStatus): string =>
  balancer.known && balancer.value.groups.length === 0 ? " (no load balancer)" : "";

/** `1.42.0 (:42) serves`, where one release serves on all tasks that are wanted: then no sentence need say it. */
export function wholeServing({ serving, name }: Case): string | undefined {
  const [first, ...others] = serving?.revisions ?? [];
  const isWhole = serving !== undefined && first !== undefined && others.length === 0 && first[1] >= serving.desired;
  return isWhole ? `${name(first[0])} serves` : undefined;
}

/** A state beside who serves; and the sentence on who serves, where that cannot be said so shortly. */
export function besideServing(one: Case, state: string, own: readonly Sentence[]): Pick<Situation, "states" | "below"> {
  const serves = wholeServing(one);
  if (serves === undefined) return { states: [state], below: [...own, servingSentence(one)] };
  return { states: [`${state}, ${serves}`, state], below: own };
}

const target = ({ by }: Serving): string => (by === "tasks" ? "task" : "target");

/** A rollback, where there is a revision to go back to and ECS is not going back itself. */
export function wayBack({ status }: Case): Action | undefined {
  const good = status.past.known ? status.past.value.lastGood : null;
  if (good === null || isGoingBack(status) || isBack(status)) return undefined;
  return {
    do: "rollback",
    to: good.taskDefinition,
    why: `it ran ${roughDuration(good.ranSeconds)}`,
  };
}

/** The revision that a rollback would go to now; undefined where it would be refused or where there is none. */
export function rollbackGoal(status: TargetStatus): string | undefined {
  const good = status.past.known ? status.past.value.lastGood : null;
  return good === null || isGoingBack(status) || isBack(status) ? undefined : good.taskDefinition;
}

export const primaryOf = ({ service }: TargetStatus): DeploymentOverview | undefined =>
  service.known ? service.value.deployments[0] : undefined;

export function isInProgress({ service }: TargetStatus): boolean {
  const deployments = service.known ? service.value.deployments : [];
  return deployments.length > 1 || deployments[0]?.rollout === "IN_PROGRESS";
}

export const attemptStatus = ({ past }: TargetStatus): string => (past.known ? (past.value.attempt?.status ?? "") : "");

/** ECS is rolling its newest deployment back. */
export const isGoingBack = (status: TargetStatus): boolean =>
  /^ROLLBACK_(REQUESTED|IN_PROGRESS)$/.test(attemptStatus(status));

/** ECS has rolled its newest deployment back: what runs now is what was proven before. */
export const isBack = (status: TargetStatus): boolean => attemptStatus(status) === "ROLLBACK_SUCCESSFUL";

/** A release as young as this is not known to be good. */
const YOUNG_MS = 24 * 3_600_000;

export function isYoung({ status, now }: Case): boolean {
  const since = primaryOf(status)?.since;
  return since !== undefined && now - Date.parse(since) < YOUNG_MS;
}
