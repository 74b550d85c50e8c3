import type { ExecutionStarted, StepVerified } from "../../src/domain/execution-event.ts";

export const started: ExecutionStarted = {
  type: "execution.started",
  schemaVersion: 1,
  at: "2026-04-10T12:00:00.000Z",
  execution: "x0001",
  runbook: { id: "test", source: "test", sha256: "", text: "Zürich\nsecond line" },
  inputs: {},
  target: { name: "t", cluster: "c", service: "s", database: "d", production: false },
  caller: { account: "111122223333", arn: "arn:aws:iam::111122223333:user/test" },
  operator: "test",
  host: "test",
  version: "0.0.0",
};

export function verified(text: string): StepVerified {
  const { at, execution } = started;
  return { type: "step.verified", at, execution, step: "wait", phase: "do", text, outputs: {} };
}
