import type { JournalEvent, ProgressEvent } from "../../src/domain/execution-event.ts";
import { NORMAL, REVERT } from "./plans.ts";

/** Runs as an engine tells them, with every kind of event. */

const at = (second: number) => new Date(Date.UTC(2026, 3, 10, 3, 41, second, 250)).toISOString();
const base = (second: number) => ({ at: at(second), execution: "7K2M" });
const step = (second: number, id: string) => ({ ...base(second), step: id, phase: "do" }) as const;
const planned = (second: number, index: number) => {
  const { id, title, action, summary, changes, findings, operation, undo, awsCli } = NORMAL.steps[index] ?? REVERT;
  return {
    ...step(second, id),
    type: "step.planned",
    title,
    action,
    summary,
    changes,
    findings,
    operation,
    undo,
    awsCli,
  } as const;
};
const operation = REVERT.operation ?? { service: "", name: "", input: {} };
const undo = REVERT.undo ?? { kind: "irreversible", reason: "" };

const STARTED: JournalEvent = {
  ...base(0),
  type: "execution.started",
  schemaVersion: 1,
  runbook: { ...NORMAL.runbook, text: 'schemaVersion: "1"\n' },
  inputs: { to: 42 },
  target: NORMAL.target,
  caller: NORMAL.caller,
  operator: "ana",
  host: "bastion-1",
  version: "0.1.0",
};

const CONFIRMED: JournalEvent = {
  ...step(8, "revert"),
  type: "step.confirmed",
  how: "flag",
  inputs: {},
  operation,
  undo,
  basis: {},
  outputs: {},
};

const SENT: JournalEvent = {
  ...step(9, "revert"),
  type: "step.sent",
  receipt: { requestId: "5f0c3a52-8a0e-4a63-9d1b-0c6f8a1f7c11", answer: {} },
};

export const PROGRESS: ProgressEvent = {
  ...step(12, "wait"),
  type: "step.progress",
  text: "1 of 3 tasks of vulcan-prod:42 are healthy\n3 tasks of other revisions still running or draining\nECS: (service vulcan-prod) has started 1 tasks",
  data: { desired: 3, healthy: 1 },
};

export const GOOD: readonly (JournalEvent | ProgressEvent)[] = [
  STARTED,
  planned(1, 0),
  { ...step(1, "find"), type: "step.verified", text: "nothing to prove", outputs: {} },
  planned(2, 1),
  CONFIRMED,
  SENT,
  { ...step(10, "revert"), type: "step.verified", text: "vulcan-prod is set to vulcan-prod:42", outputs: {} },
  planned(11, 2),
  PROGRESS,
  { ...PROGRESS, at: at(16) },
  { ...PROGRESS, at: at(20), text: "all 3 tasks of vulcan-prod:42 are healthy", data: { desired: 3, healthy: 3 } },
  {
    ...step(24, "wait"),
    type: "step.verified",
    text: "vulcan-prod:42 healthy on 3/3 tasks and targets",
    outputs: {},
  },
  {
    ...base(24),
    type: "execution.ended",
    status: "done",
    exitCode: 0,
    text: "vulcan-prod runs vulcan-prod:42",
    next: ["vulcan-ops watch --for 30m", "vulcan-ops undo 7K2M"],
  },
];

export const BAD: readonly (JournalEvent | ProgressEvent)[] = [
  { ...base(0), type: "execution.resumed", mode: "do", operator: "ana", host: "bastion-1" },
  { ...SENT, at: at(1), adopted: true },
  { ...step(2, "find"), type: "step.skipped", reason: "done before the interruption", outputs: {} },
  {
    ...step(30, "wait"),
    type: "step.failed",
    reason: "breaker-rollback",
    text: "ECS gave up on vulcan-prod:42 and is putting vulcan-prod:43 back. Traffic is served by 3 healthy tasks of vulcan-prod:43",
    evidence: [
      "4 × Essential container in task exited (exit 1)",
      "(service vulcan-prod) (deployment ecs-svc/5519283746501928374) deployment failed: tasks failed to start.\n::error::not ours",
    ],
    next: ["vulcan-ops rollback --dry-run", "vulcan-ops undo 7K2M"],
    effect: "sent",
  },
  { ...step(31, "tell"), type: "step.declined" },
  { ...step(40, "revert"), phase: "undo", type: "step.undone", text: "vulcan-prod is set to vulcan-prod:43" },
  {
    ...base(41),
    type: "execution.ended",
    status: "undone",
    exitCode: 9,
    reason: "breaker-rollback",
    text: "the rollout failed; what was sent is taken back",
    next: ["Ask the owner of the image: it does not start."],
  },
];
