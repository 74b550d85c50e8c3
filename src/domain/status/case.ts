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

/** What is the matter with a target: its first sentence answers, and the action is the first of the menu. */
export interface Situation {
  /** Stable, for scripts. */
  readonly code: string;
  readonly tone: Tone;
  /** One or two. */
  readonly sentences: readonly Sentence[];
  readonly action: Action;
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
  const silent = status.balancer.known && status.balancer.value.groups.length === 0 ? " (no load balancer)" : "";
  return { tone, text: `Users are served by ${by}${rest}${silent}.` };
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
