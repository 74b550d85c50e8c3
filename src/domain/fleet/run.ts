import { groupedBy } from "../grouped.ts";
import { WORKER } from "./estimate.ts";
import type { MachineInput } from "./machine-input.ts";

/** An item of the table, by its keys; the attributes as they are, without DynamoDB's types. */
export interface TableItem {
  readonly pk: string;
  readonly sk: string;
  readonly [attribute: string]: string | number | boolean | undefined;
}

/** An event of a target's execution, as far as the status of a fleet reads it. */
export interface TargetEvent {
  readonly execution: string;
  /** RFC 3339, UTC. */
  readonly at: string;
  readonly type: string;
  /** The title or the id of the step, where the event has one. */
  readonly step?: string;
  readonly exitCode?: number;
}

/**
 * `waiting`: not begun. `running`: its execution has begun and has not ended. `done`, `failed`: it has ended.
 * `interrupted`: it has begun, has not ended, and no worker is started for it again: a person resumes it. `never began`:
 * its worker failed before its execution had a record. `not started`: the brake was on.
 */
export type TargetState = "waiting" | "running" | "done" | "failed" | "interrupted" | "never began" | "not started";

export interface TargetStatus {
  readonly target: string;
  readonly id: string;
  readonly state: TargetState;
  /** The step that it is in, or that it ended in. */
  readonly step?: string;
  readonly exitCode?: number;
  /** Of its last record. */
  readonly at?: string;
}

/**
 * `waiting`: an earlier wave has not ended, or the machine has not come to it. `approval`: a person has to approve it.
 * `rejected`: a person did not. `expired`: none did in time. `braked`: more failed than it tolerates, and nothing more starts. `stopped`: by hand.
 */
export type WaveState = "waiting" | "approval" | "rejected" | "expired" | "running" | "done" | "braked" | "stopped";

export interface WaveStatus {
  readonly name: string;
  readonly state: WaveState;
  readonly failed: number;
  readonly tolerated: number;
  readonly targets: readonly TargetStatus[];
  /** Who answered, and when. */
  readonly answeredBy?: string;
  readonly answeredAt?: string;
  /** Who stopped it by hand, as far as AWS said it, and when. */
  readonly stoppedBy?: string;
  readonly stoppedAt?: string;
}

export interface FleetStatus {
  readonly run: string;
  readonly digest: string;
  readonly state: "waiting" | "approval" | "running" | "done" | "failed" | "stopped";
  /** RFC 3339, UTC: no wave begins before it. Absent where that time has come. */
  readonly begins?: string;
  readonly waves: readonly WaveStatus[];
}

/** The keys of a run's items. */
export const brakeKey = (run: string): string => `brake#${run}`;
export const approvalKey = (run: string): string => `approval#${run}`;
/** Of the answer to an approval. */
export const approvedKey = (run: string): string => `approved#${run}`;
/** The attribute of a brake that counts a target, with how its worker ended. */
export const failedAttribute = (target: string): string => `t#${target}`;
/** `tolerated` of a brake that was set by hand: no count is below it. */
export const STOPPED = -1;

/**
 * The status of a run, folded from the table alone: the items of its brake, approvals and answers in any order, and the
 * events of its targets' executions, those of each in the order of its log. Their times order nothing: the machines that
 * wrote them have clocks of their own. It asks no engine, so that many may look at once. `now`: epoch ms.
 */
export function fleetStatus(
  { run, digest, from, until, waves }: MachineInput,
  items: readonly TableItem[],
  events: readonly TargetEvent[],
  now: number,
): FleetStatus {
  const isLate = now > Date.parse(until);
  const byExecution = groupedBy(events, ({ execution }) => execution);
  const item = (pk: string, sk: string) => items.find((one) => one.pk === pk && one.sk === sk);
  const all = waves.map((wave): WaveStatus => {
    const brake = item(brakeKey(run), wave.name);
    const answer = item(approvedKey(run), wave.name);
    const failed = Number(brake?.failed ?? 0);
    const tolerated = Number(brake?.tolerated ?? wave.tolerated);
    const isOver = brake !== undefined && failed > tolerated;
    const around = { brake, isOver, now };
    const targets = wave.targets.map((one) => targetStatus(one, around, byExecution.get(one.id) ?? []));
    const state = waveState({
      brake,
      isOver,
      tolerated,
      answer,
      targets,
      isAsked: item(approvalKey(run), wave.name) !== undefined,
      isLate,
    });
    return {
      ...{ name: wave.name, state, failed, tolerated: Math.max(tolerated, 0), targets },
      ...(answer && { answeredBy: String(answer.by ?? ""), answeredAt: String(answer.at ?? "") }),
      ...stopOf(brake),
    };
  });
  const begins = now < Date.parse(from) ? { begins: from } : {};
  return { run, digest, state: runState(all), ...begins, waves: all };
}

const stopOf = (brake: TableItem | undefined): Pick<WaveStatus, "stoppedBy" | "stoppedAt"> => ({
  ...(brake?.stoppedBy !== undefined && { stoppedBy: String(brake.stoppedBy) }),
  ...(brake?.stoppedAt !== undefined && { stoppedAt: String(brake.stoppedAt) }),
});

interface TargetFacts {
  readonly brake: TableItem | undefined;
  readonly isOver: boolean;
  readonly now: number;
}

function targetStatus(
  { target, id }: { readonly target: string; readonly id: string },
  { brake, isOver, now }: TargetFacts,
  events: readonly TargetEvent[],
): TargetStatus {
  const last = events.at(-1);
  if (last === undefined) return { target, id, state: unbegun(brake, target, isOver) };
  const step = events.findLast((event) => event.step !== undefined)?.step;
  const common = { target, id, at: last.at, ...(step !== undefined && { step }) };
  const isCounted = brake?.[failedAttribute(target)] !== undefined;
  const haltedAt = Date.parse(String(brake?.haltedAt));
  // Its worker has closed its journal by then, or was killed.
  const isOut = isCounted || now > haltedAt + WORKER.stopSeconds * 1000;
  if (last.type !== "execution.ended") return { ...common, state: isOut ? "interrupted" : "running" };
  const { exitCode = 1 } = last;
  if (!NO_END.has(exitCode)) return { ...common, exitCode, state: exitCode === 0 ? "done" : "failed" };
  // The machine starts its worker again, unless it was stopped itself.
  const isLeft = isCounted || !Number.isNaN(haltedAt);
  return { ...common, exitCode, state: isLeft ? "interrupted" : "running" };
}

/** After these (outcome unknown, signals) the same command continues the execution. */
const NO_END: ReadonlySet<number> = new Set([7, 130, 143]);

function unbegun(brake: TableItem | undefined, target: string, isOver: boolean): TargetState {
  if (brake?.[failedAttribute(target)] !== undefined) return "never began";
  return isOver ? "not started" : "waiting";
}

interface WaveFacts {
  readonly brake: TableItem | undefined;
  readonly isOver: boolean;
  readonly tolerated: number;
  readonly answer: TableItem | undefined;
  readonly isAsked: boolean;
  readonly isLate: boolean;
  readonly targets: readonly TargetStatus[];
}

function waveState({ brake, isOver, tolerated, answer, isAsked, isLate, targets }: WaveFacts): WaveState {
  if (answer?.rejected === true) return "rejected";
  if (tolerated === STOPPED) return targets.every(({ state }) => ENDED.has(state)) ? "done" : "stopped";
  if (isOver) return "braked";
  // What has ended needs no brake: the machine may have removed it, or the items were read before it was there.
  if (targets.every(({ state }) => OVER.has(state))) return "done";
  if (targets.some(({ state }) => state !== "waiting")) return "running";
  if (brake !== undefined) return "running";
  if (!isAsked || answer !== undefined) return "waiting";
  return isLate ? "expired" : "approval";
}

/** A stop left nothing of it out. */
const ENDED: ReadonlySet<TargetState> = new Set(["done", "failed", "never began"]);

/** No worker is at work on it, and none will be. */
const OVER: ReadonlySet<TargetState> = new Set(["done", "failed", "interrupted", "never began"]);

function runState(waves: readonly WaveStatus[]): FleetStatus["state"] {
  const states = waves.map(({ state }) => state);
  if (states.includes("stopped")) return "stopped";
  if (states.some((state) => state === "braked" || state === "rejected" || state === "expired")) return "failed";
  if (states.every((state) => state === "done")) return "done";
  if (states.includes("approval")) return "approval";
  return states.some((state) => state === "running" || state === "done") ? "running" : "waiting";
}
