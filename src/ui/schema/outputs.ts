import { configuration, foundTarget } from "./configuration.ts";
import { fleetPlan, fleetStatus } from "./fleet.ts";
import { lintLine, lintOutput, newMigration } from "./lint.ts";
import {
  event,
  exitCode,
  failure,
  failureOf,
  inspectedRunbook,
  inspectedTarget,
  lostNotice,
  plan,
  problem,
  schemaVersion,
  target,
  unfinished,
} from "./parts.ts";
import { proofHead, provenMigration } from "./proof.ts";
import { report } from "./report.ts";
import {
  anything,
  either,
  flag,
  instant,
  listOf,
  number,
  object,
  oneOf,
  orNull,
  type Schema,
  text,
  whole,
} from "./shapes.ts";
import { status, targetRow } from "./status.ts";

/** What a command prints with `--output json`, and each line that it prints with `ndjson`. */
export interface OutputSchema {
  readonly title: string;
  readonly json: Schema;
  /** Absent: a line is the document, or an item of it if it is a list. */
  readonly line?: Schema;
}

const diagnosis = object({
  level: oneOf("ok", "warn", "fail", "untried"),
  check: text,
  title: text,
  evidence: text,
  "fixes?": listOf(text),
});

const doctorHead = { schemaVersion, target, counts: object({ ok: whole, warn: whole, fail: whole, untried: whole }) };

const describedField = object({ name: text, type: text, required: flag, fits: text, description: text });

const describedAction = object({
  name: text,
  "formerly?": text,
  summary: text,
  risk: oneOf("read", "change", "destructive"),
  inputs: listOf(describedField),
  outputs: listOf(describedField),
  requests: listOf(text),
  statements: listOf(text),
  undo: oneOf("nothing-to-undo", "undo", "irreversible"),
  durations: listOf(object({ seconds: whole, why: text, where: text })),
  example: text,
});

const span = object({ from: instant, to: instant });

const watch = object({
  schemaVersion,
  at: instant,
  cluster: text,
  service: text,
  verdict: orNull(oneOf("STABLE", "WORSE", "INCONCLUSIVE")),
  text,
  asked: span,
  minutes: object({ observed: whole, wanted: whole, needed: whole }),
  before: object({ used: orNull(span), dropped: listOf(object({ name: text, why: text })) }),
  metrics: listOf(object({ id: text, title: text, before: anything, now: anything, state: text, text })),
  notes: listOf(anything),
  caveats: listOf(anything),
});

const upgradeFollow = object({
  schemaVersion,
  at: instant,
  cluster: text,
  service: text,
  inFlight: flag,
  change: text,
  began: instant,
  verdict: orNull(oneOf("UPGRADED", "FAILED", "ROLLED BACK BY ECS", "SUPERSEDED", "STUCK", "LEFT")),
  phase: orNull(whole),
  exitCode: orNull(whole),
  reason: orNull(text),
  text,
  serving: orNull(text),
  phases: listOf(
    object({
      phase: whole,
      name: text,
      state: oneOf("done", "now", "ahead", "failed", "unseen"),
      since: orNull(instant),
      seconds: orNull(whole),
      sentence: text,
      until: orNull(object({ at: instant, what: text })),
      details: listOf(text),
    }),
  ),
  evidence: listOf(text),
  next: listOf(text),
});

const probeVerdict = oneOf("BACK", "NOT YET", "LOST", "CANNOT BE SEEN");
/** A number, a time (RFC 3339), or null where nothing was read. */
const probeValue = either(number, instant, { type: "null" });

const reconnects = object({
  schemaVersion,
  at: instant,
  cluster: text,
  service: text,
  verdict: probeVerdict,
  text,
  change: object({ taskDefinition: text, begun: instant, oldTasksGone: orNull(instant) }),
  probes: listOf(
    object({
      name: text,
      source: oneOf("sql", "metric", "log"),
      expect: text,
      withinSeconds: whole,
      before: probeValue,
      now: probeValue,
      verdict: probeVerdict,
      why: text,
    }),
  ),
  next: listOf(text),
});

const inspectionHead = { schemaVersion, depths: listOf(oneOf("offline", "sandbox", "read")), exitCode };

const execution = object({
  schemaVersion,
  execution: text,
  "runbook?": text,
  "target?": target,
  status: text,
  exitCode,
  "reason?": text,
  text,
  outcome: text,
  "identity?": text,
  "statedReason?": text,
  "emergency?": text,
  "lostNotices?": listOf(lostNotice),
  "reminders?": listOf(text),
  next: listOf(text),
  unfinished: listOf(unfinished),
  steps: listOf(object({ id: text, state: text, "text?": text })),
});

/** Migrations that follow each other, both ends included. */
const versions = object({ from: whole, to: whole });

const migration = object({ version: whole, description: text, appliedAt: orNull(text), durationMs: orNull(number) });

const streamCount = object({ stream: text, task: text, lines: whole, first: instant, last: instant });

const logLine = object({ at: text, task: text, text });

/** Every output that is data, by the name that `vulcan-ops schema NAME` prints. */
export const OUTPUTS: Readonly<Record<string, OutputSchema>> = {
  error: { title: "Any command that fails: the last object or line", json: failure },
  status: {
    title: "status; with --all the rows of every target",
    json: either(status, object({ schemaVersion, targets: listOf(targetRow) })),
    line: either(status, targetRow),
  },
  logs: {
    title: "logs",
    json: object({
      schemaVersion,
      taskDefinition: text,
      container: text,
      group: text,
      "unreadAfter?": instant,
      "lines?": listOf(logLine),
      "streams?": listOf(streamCount),
    }),
    line: either(logLine, streamCount),
  },
  doctor: {
    title: "doctor",
    json: object({ ...doctorHead, findings: listOf(diagnosis) }),
    line: either(object(doctorHead), diagnosis),
  },
  reconnects: { title: "reconnects", json: reconnects },
  watch: { title: "watch; each line with ndjson is a report", json: watch },
  "upgrade-follow": { title: "upgrade --follow; each line with ndjson is a report", json: upgradeFollow },
  "migrate-status": {
    title: "migrate status",
    json: object({
      target: anything,
      at: instant,
      answeredBy: anything,
      sources: anything,
      newest: anything,
      last: orNull(whole),
      image: anything,
      applied: listOf(migration),
      holes: listOf(versions),
      outOfOrder: listOf(object({ version: whole, after: whole })),
      duplicates: listOf(anything),
      locks: object({ known: flag }),
    }),
  },
  "migrate-prove": {
    title: "migrate prove",
    json: object({ ...proofHead, migrations: listOf(provenMigration) }),
    line: either(object(proofHead), provenMigration),
  },
  "dry-run": {
    title:
      "rollback, upgrade, restore, maintenance, maintenance announce, maintenance reschedule, maintenance cancel, alerts, migrate down, run, rehearse, with --dry-run",
    json: plan,
  },
  execution: {
    title:
      "rollback, upgrade, restore, maintenance, maintenance announce, maintenance reschedule, maintenance cancel, alerts, migrate down, run, rehearse, resume, undo",
    json: execution,
    line: event,
  },
  plan: {
    title: "plan",
    json: object({
      ...inspectionHead,
      runbooks: listOf(inspectedRunbook),
      "target?": inspectedTarget,
      "error?": failureOf,
    }),
    line: either(object(inspectionHead), inspectedRunbook, inspectedTarget, plan),
  },
  "fleet-plan": { title: "fleet plan", json: fleetPlan },
  "fleet-status": { title: "fleet status", json: fleetStatus },
  lint: { title: "lint", json: lintOutput, line: lintLine },
  "migrate-new": { title: "migrate new", json: newMigration },
  check: {
    title: "check",
    json: listOf(object({ source: text, problems: listOf(problem), warnings: listOf(problem) })),
  },
  history: {
    title: "history",
    json: listOf(
      object({
        execution: text,
        at: instant,
        runbook: text,
        target: text,
        operator: text,
        "statedReason?": text,
        status: text,
        exitCode: orNull(whole),
        unfinished: listOf(unfinished),
      }),
    ),
  },
  "history-export": {
    title: "history export",
    json: object({ schemaVersion, executions: listOf(object({ execution: text, events: listOf(event) })) }),
    line: event,
  },
  "history-prune": {
    title: "history prune",
    json: object({
      removed: listOf(text),
      "wouldGo?": listOf(text),
      kept: listOf(object({ execution: text, why: text })),
    }),
  },
  note: { title: "note", json: event },
  handover: { title: "handover", json: event },
  report: { title: "report, with --format json", json: report },
  show: { title: "show", json: listOf(either(event, failure)) },
  actions: { title: "actions", json: either(listOf(describedAction), describedAction), line: describedAction },
  iam: {
    title: "iam",
    json: object({
      Version: oneOf("2012-10-17"),
      Statement: listOf(object({ Effect: oneOf("Allow"), Action: anything })),
    }),
  },
  init: { title: "init", json: foundTarget },
  config: { title: "config", json: configuration },
  schema: {
    title: "schema",
    json: either(listOf(object({ name: text, title: text })), { type: "object" }),
  },
  "sandbox-status": { title: "sandbox status; null without a sandbox", json: orNull({ type: "object" }) },
  "sandbox-scenarios": { title: "sandbox scenarios", json: listOf(object({ name: text })) },
  "sandbox-timings": { title: "sandbox timings", json: listOf(object({ name: text })) },
  "sandbox-faults": {
    title: "sandbox faults",
    json: object({ kinds: listOf(anything), armed: listOf(anything) }),
  },
};

const COMMANDS_OF_PLAIN_OUTPUT: Readonly<Record<string, string>> = { "history list": "history" };

/** Which output a command prints: a command over a runbook prints a plan, or what came of its execution. */
export function outputOf(command: string, isDryRun: boolean, isFollow = false): string | undefined {
  if (isFollow) return `${command}-follow`;
  const name = (COMMANDS_OF_PLAIN_OUTPUT[command] ?? command).replace(" ", "-");
  if (Object.hasOwn(OUTPUTS, name)) return name;
  const isExecution = OUTPUTS.execution?.title.split(", ").includes(command) === true;
  if (!isExecution) return undefined;
  return isDryRun ? "dry-run" : "execution";
}

/** The JSON Schema (draft 2020-12) of one output. */
export function outputSchema(name: string): Schema | undefined {
  const found = Object.hasOwn(OUTPUTS, name) ? OUTPUTS[name] : undefined;
  if (found === undefined) return undefined;
  const { title, json, line } = found;
  const lines = line ?? (json.type === "array" ? (json.items as Schema) : json);
  const draft = { $schema: "https://json-schema.org/draft/2020-12/schema" };
  return { ...draft, title, ...json, $defs: { line: lines, error: failure } };
}

export const VERSIONING =
  "A member keeps its name and its type while schemaVersion is 1. Members may be added: ignore those you do not know.";
