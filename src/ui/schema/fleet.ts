import { failureOf, schemaVersion } from "./parts.ts";
import { flag, listOf, number, object, oneOf, type Schema, text, whole } from "./shapes.ts";

const item = object({ target: text, id: text, digest: text, jitter: whole });

const wave = object({
  name: text,
  approval: flag,
  concurrency: whole,
  tolerated: whole,
  targets: listOf(item),
  seconds: whole,
});

/** The plan of a fleet. */
export const fleetPlan: Schema = object({
  kind: oneOf("vulcan-ops fleet plan"),
  schemaVersion,
  run: text,
  runbook: object({ id: text, title: text, source: text }),
  at: text,
  window: object({ from: text, until: text }),
  digest: text,
  waves: listOf(wave),
  groups: listOf(object({ title: text, targets: listOf(text) })),
  unchanged: listOf(text),
  blocked: listOf(object({ target: text, code: text, reason: text, next: listOf(text) })),
  peak: object({ accountRegion: text, bucket: text, callsPerSecond: number, limit: number }),
  cost: object({ stepFunctions: number, fargate: number, journal: number, images: number, total: number }),
  seconds: whole,
  "error?": failureOf,
});

const targetStatus = object({
  target: text,
  id: text,
  state: oneOf("waiting", "running", "done", "failed", "interrupted", "never began", "not started"),
  "step?": text,
  "exitCode?": whole,
  "at?": text,
});

/** Where a run of a fleet stands. */
export const fleetStatus: Schema = object({
  run: text,
  digest: text,
  state: oneOf("waiting", "approval", "running", "done", "failed", "stopped"),
  "begins?": text,
  waves: listOf(
    object({
      name: text,
      state: oneOf("waiting", "approval", "rejected", "expired", "running", "done", "braked", "stopped"),
      failed: whole,
      tolerated: whole,
      targets: listOf(targetStatus),
      "answeredBy?": text,
      "answeredAt?": text,
      "stoppedBy?": text,
      "stoppedAt?": text,
    }),
  ),
});
