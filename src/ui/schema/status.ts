import { caller, counts, exitCode, failureOf, schemaVersion, target, unfinished } from "./parts.ts";
import {
  either,
  flag,
  instant,
  listOf,
  mapOf,
  number,
  object,
  oneOf,
  orNull,
  type Schema,
  text,
  whole,
} from "./shapes.ts";

/** Why a part of the status could not be read. */
const unread = object({ known: oneOf(false), why: text, "code?": text, "exitCode?": whole, "next?": listOf(text) });

export const known = (value: Schema): Schema => either(object({ known: oneOf(true), value }), unread);

const tone = oneOf("fine", "progress", "failing", "unknown");

/** What is the matter; `action` is the first item of the menu. */
const summary = object({
  code: text,
  tone,
  sentences: listOf(object({ tone, text })),
  action: object({
    do: oneOf("resume", "show", "unlock", "rollback", "logs", "watch", "doctor"),
    why: text,
    "execution?": text,
    "to?": text,
  }),
});

const service = object({
  name: text,
  taskDefinition: text,
  desired: whole,
  "running?": whole,
  "status?": text,
  deployments: listOf(
    object({
      taskDefinition: text,
      status: text,
      rollout: text,
      since: text,
      "running?": whole,
      "desired?": whole,
      "failed?": whole,
    }),
  ),
  "breaker?": object({ enabled: flag, rollback: flag }),
  "event?": text,
});

const tasks = object({
  healthy: counts,
  revisions: listOf(object({ taskDefinition: text, starting: whole, running: whole, stopping: whole, health: counts })),
  stops: listOf(object({ reason: text, taskDefinition: text, count: whole, "exitCodes?": listOf(whole) })),
});

const GROUP = { targets: counts, serving: counts, "states?": mapOf(counts) };

const balancer = object({
  ...GROUP,
  groups: listOf(object({ ...GROUP, name: text, "fault?": oneOf("gone", "unused"), "unmatched?": oneOf(true) })),
});

const past = object({
  lastGood: orNull(object({ taskDefinition: text, since: text, ranSeconds: number })),
  attempt: orNull(
    object({
      taskDefinition: text,
      status: text,
      at: text,
      "back?": object({ to: text, by: oneOf("circuit breaker", "alarm", "request") }),
    }),
  ),
});

const span = object({
  from: instant,
  to: instant,
  requests: whole,
  failed: whole,
  "errorPercent?": number,
  "p95?": number,
});

const traffic = object({
  now: span,
  before: span,
  "errors?": object({ "since?": instant, "minutesAfterRelease?": whole }),
  "release?": object({ taskDefinition: text, at: text }),
});

const lastLog = object({
  taskDefinition: text,
  task: text,
  container: text,
  lines: listOf(object({ at: text, text })),
});

const scaling = object({
  least: whole,
  most: whole,
  inSuspended: flag,
  outSuspended: flag,
  scheduledSuspended: flag,
});

const leftover = object({
  execution: text,
  what: text,
  state: oneOf("unfinished", "interrupted", "unknown", "running", "ended", "elsewhere"),
  since: text,
  operator: text,
  holdsLock: flag,
  "unfinished?": listOf(unfinished),
});

/** Of one target. */
export const status = object({
  schemaVersion,
  summary,
  target,
  at: instant,
  "endpoint?": text,
  caller: known(caller),
  service: known(service),
  tasks: known(tasks),
  balancer: known(balancer),
  past: known(past),
  images: mapOf(text),
  "unreadImages?": unread,
  traffic: known(orNull(traffic)),
  "lastLog?": known(lastLog),
  migrations: known(object({ newest: whole, description: text, "appliedAt?": text })),
  database: known(object({ id: text, status: text, engine: text, "latestRestorableTime?": text })),
  window: known(object({ "earliest?": text, latest: text })),
  alarms: known(listOf(object({ name: text, reason: text, about: oneOf("own", "other", "unknown") }))),
  scaling: known(orNull(scaling)),
  leftovers: known(listOf(leftover)),
  "sharedLock?": unread,
  muteRules: known(listOf(object({ name: text, status: text, "size?": whole }))),
  unfinished: listOf(unfinished),
  troubles: listOf(text),
  next: listOf(text),
  "error?": failureOf,
});

/** One of all targets. */
export const targetRow = object({ name: text, production: flag, tone, text, code: text, exitCode });
