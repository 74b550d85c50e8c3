import { EXIT } from "../../domain/exit-codes.ts";
import { either, flag, instant, listOf, mapOf, object, oneOf, orNull, type Schema, text, whole } from "./shapes.ts";

export const schemaVersion = oneOf(1);
export const exitCode = oneOf(...Object.values(EXIT));

export const failureOf = object({ code: text, exitCode, message: text, next: listOf(text) });

/** What failed: the last object, or the last line, of every command with `--output json` or `ndjson`. */
export const failure = object({ error: failureOf });

export const target = object({
  name: text,
  "account?": text,
  "region?": text,
  cluster: text,
  service: text,
  database: text,
  "container?": text,
  "adminUrl?": text,
  "migrationsFrom?": text,
  "migrationLock?": text,
  "databaseVia?": text,
  "mutedAlarms?": text,
  "announceTopic?": text,
  "ask?": text,
  "requireReason?": flag,
  "requireApproval?": flag,
  "changeCalendar?": text,
  "zone?": text,
  production: flag,
});

export const caller = object({ account: text, arn: text, "source?": text });

export const operation = object({ service: text, name: text, input: { type: "object" } });

export const change = object({ subject: text, property: text, before: {}, after: {} });

export const finding = object({
  level: oneOf("ok", "warn", "block"),
  code: text,
  "title?": text,
  text,
  "next?": listOf(text),
  "policy?": listOf(text),
  "containers?": listOf(text),
});

export const undo = object({
  kind: oneOf("operation", "irreversible", "stays"),
  "reason?": text,
  "operation?": operation,
  "with?": { type: "object" },
  "command?": text,
  "keeps?": object({ of: text, text, "command?": text }),
});

export const lostNotice = object({
  moment: oneOf("begin", "question", "outcome"),
  by: text,
  why: text,
  "isDoubtful?": oneOf(true),
});

export const unfinished = object({
  kind: text,
  what: text,
  before: {},
  now: {},
  "isRecorded?": oneOf(true),
  command: text,
});

const deed = object({
  verb: text,
  past: text,
  object: text,
  "from?": text,
  "to?": text,
  "shortTo?": text,
  "at?": instant,
  "how?": text,
  "main?": oneOf(true),
  "isOneOfSeveral?": oneOf(true),
  "reminder?": text,
});

const plannedValue = object({ "value?": {}, origin: oneOf("given", "read", "predicted", "pending"), "step?": text });

const step = object({
  id: text,
  title: text,
  "why?": text,
  action: text,
  risk: oneOf("read", "change", "destructive"),
  confirm: oneOf("none", "prompt", "typed", "countdown"),
  "class?": oneOf("go", "back", "look"),
  readiness: oneOf("ready", "deferred", "unchanged", "left-out"),
  "until?": text,
  summary: text,
  "deed?": deed,
  "promptedBefore?": oneOf(true),
  "goal?": text,
  "facts?": listOf(object({ label: text, text, "at?": listOf(text) })),
  inputs: mapOf(plannedValue),
  outputs: { type: "object" },
  "waitsFor?": text,
  "usualSeconds?": { type: "number" },
  "basis?": { type: "object" },
  "consequence?": text,
  "current?": text,
  "consequenceName?": text,
  "currentName?": text,
  changes: listOf(change),
  findings: listOf(finding),
  operation: orNull(operation),
  undo: orNull(undo),
  awsCli: orNull(text),
});

export const plan = object({
  schemaVersion,
  runbook: object({ id: text, title: text, source: text, sha256: text }),
  target,
  caller,
  "elsewhere?": text,
  at: instant,
  inputs: { type: "object" },
  steps: listOf(step),
  finally: listOf(step),
});

/** One record of a journal, or the progress of a wait. */
export const event = {
  ...object({ type: text, at: instant, execution: text }),
  allOf: [
    when(
      "execution.started",
      object({ schemaVersion, runbook: object({ id: text, text }), target, caller, operator: text }),
    ),
    when("execution.noted", object({ text, operator: text, host: text })),
    when("execution.detached", object({ store: text, why: text, how: oneOf("rescue", "typed") })),
    when(
      "execution.handedOver",
      object({ operator: text, host: text, "note?": text, open: listOf(text), unfinished: listOf(unfinished) }),
    ),
    when("step.confirmed", object({ step: text, how: {}, operation, undo })),
    when("step.sent", object({ step: text, receipt: { type: "object" } })),
    when("step.verified", object({ step: text, text })),
    when("step.failed", object({ step: text, reason: text, text, next: listOf(text) })),
    when("execution.ended", object({ status: text, exitCode, text, next: listOf(text) })),
  ],
} as const satisfies Schema;

function when(type: string, shape: Schema): Schema {
  return either({ not: { properties: { type: { const: type } } } }, shape);
}

export const ruleFindingMembers = {
  rule: { type: "string", pattern: "^VOPS\\d{3}$" },
  "name?": text,
  severity: oneOf("error", "warning", "note"),
  message: text,
  "hint?": text,
  "file?": text,
  "line?": whole,
  "column?": whole,
};

export const ruleFinding = object(ruleFindingMembers);

const cases = listOf(
  object({
    depth: oneOf("offline", "sandbox", "read"),
    name: text,
    "seconds?": { type: "number" },
    remarks: listOf(ruleFinding),
    "skipped?": text,
  }),
);

export const inspectedRunbook = object({
  id: text,
  source: text,
  steps: whole,
  "writes?": whole,
  "undoable?": whole,
  cases,
  "plan?": plan,
});

export const inspectedTarget = object({ name: text, cases });

export const problem = object({
  rule: text,
  source: text,
  line: whole,
  column: whole,
  message: text,
  "hint?": text,
  "excerpt?": text,
});

export const counts = mapOf(whole);
