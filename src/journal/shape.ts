import { JOURNAL_SCHEMA_VERSION, type JournalEvent } from "../domain/execution-event.ts";

/** What a member must be. A name that ends with `?` may be absent. */
type Shape =
  | Kind
  | { readonly oneOf: readonly unknown[] }
  | { readonly list: Shape }
  | { readonly orNull: Shape }
  | { readonly members: Members };
type Members = Readonly<Record<string, Shape>>;
type Kind = "text" | "number" | "flag" | "time" | "step" | "map" | "any";

const isMap = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const isText = (value: unknown): value is string => typeof value === "string";

const IS: Readonly<Record<Kind, (value: unknown) => boolean>> = {
  text: isText,
  number: (value) => typeof value === "number",
  flag: (value) => typeof value === "boolean",
  time: (value) => isText(value) && /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(value) && !Number.isNaN(Date.parse(value)),
  // Steps become names of members.
  step: (value) => isText(value) && !(value in {}),
  map: isMap,
  any: (value) => value !== undefined,
};

const members = (given: Members): Shape => ({ members: given });
const oneOf = (...values: readonly unknown[]): Shape => ({ oneOf: values });
const texts: Shape = { list: "text" };

const PHASE = oneOf("do", "undo");
const HOW = oneOf("prompt", "typed", "flag", "sandbox", "none", "countdown", "silence", "approval");
const STEP = { step: "step", phase: PHASE } as const;
const OPERATION = members({ service: "text", name: "text", input: "map" });
const UNDO = members({
  kind: oneOf("operation", "irreversible", "stays"),
  "operation?": OPERATION,
  "reason?": "text",
  "command?": "text",
});
const FINDING = members({
  level: oneOf("ok", "warn", "block"),
  code: "text",
  text: "text",
  "title?": "text",
  "next?": texts,
});
const CHANGE = members({ subject: "text", property: "text", before: "any", after: "any" });
const DEED = members({
  verb: "text",
  past: "text",
  object: "text",
  "from?": "text",
  "to?": "text",
  "shortTo?": "text",
  "how?": "text",
  "isOneOfSeveral?": "flag",
  "reminder?": "text",
  "main?": "flag",
});
const UNFINISHED = members({ kind: "text", what: "text", before: "any", now: "any", command: "text" });
const HOLDER = members({ execution: "text", command: "text", operator: "text", host: "text", since: "text" });
const TARGET = members({
  name: "text",
  cluster: "text",
  service: "text",
  database: "text",
  production: "flag",
  "account?": "text",
  "region?": "text",
  "adminUrl?": "text",
});
const IDENTITY = members({
  target: members({ name: "text", service: "text", production: "flag", "account?": "text", "region?": "text" }),
  "account?": "text",
  "elsewhere?": "text",
});
const CALLER = members({ account: "text", arn: "text", "source?": "text" });
const PROCESS = members({
  host: "text",
  "machine?": "text",
  "boot?": "text",
  "pidSpace?": "text",
  pid: "number",
  processStart: "text",
  writer: "text",
});
const orNull = (shape: Shape): Shape => ({ orNull: shape });
const SERIES = members({
  id: "text",
  title: "text",
  unit: "text",
  from: "time",
  values: { list: orNull("number") },
});

/** What the records of an execution must contain besides `at` and `execution`. */
const SHAPES: Readonly<Record<JournalEvent["type"], Members>> = {
  "execution.started": {
    schemaVersion: oneOf(JOURNAL_SCHEMA_VERSION),
    runbook: members({ id: "text", source: "text", sha256: "text", text: "text" }),
    inputs: "map",
    target: TARGET,
    caller: CALLER,
    operator: "text",
    host: "text",
    version: "text",
    "endpoint?": "text",
    "statedReason?": "text",
    "emergency?": "text",
    "approval?": members({ digest: "text", at: "time", by: "text", plannedBy: "text", plannedAt: "time" }),
    "fleet?": members({ run: "text", wave: "text", digest: "text", at: "time", by: "text", how: "text" }),
    "plan?": "text",
    "store?": "text",
    "process?": PROCESS,
  },
  "execution.resumed": {
    mode: PHASE,
    operator: "text",
    host: "text",
    "version?": "text",
    "caller?": CALLER,
    "statedReason?": "text",
    "process?": PROCESS,
  },
  "execution.detached": { store: "text", why: "text", how: oneOf("rescue", "typed") },
  "execution.handedOver": {
    operator: "text",
    host: "text",
    "note?": "text",
    open: texts,
    unfinished: { list: UNFINISHED },
  },
  "execution.tookOver": { from: HOLDER },
  "step.planned": {
    ...STEP,
    title: "text",
    action: "text",
    summary: "text",
    "deed?": DEED,
    changes: { list: CHANGE },
    findings: { list: FINDING },
    operation: orNull(OPERATION),
    undo: orNull(UNDO),
    awsCli: orNull("text"),
  },
  "step.confirmed": {
    ...STEP,
    how: HOW,
    inputs: "map",
    operation: OPERATION,
    undo: UNDO,
    basis: "map",
    outputs: "map",
  },
  "step.sent": { ...STEP, receipt: members({ answer: "map", "requestId?": "text" }), "adopted?": "flag" },
  "step.verified": {
    ...STEP,
    text: "text",
    "proof?": "text",
    "missed?": "text",
    "unproven?": members({ reason: "text", next: texts, "exitCode?": "number" }),
    outputs: "map",
    "how?": HOW,
    "series?": { list: SERIES },
  },
  "step.skipped": { ...STEP, reason: "text", outputs: "map" },
  "step.declined": { ...STEP, "how?": oneOf("silence") },
  "step.failed": {
    ...STEP,
    reason: "text",
    text: "text",
    evidence: texts,
    next: texts,
    effect: oneOf("none", "sent"),
    "series?": { list: SERIES },
  },
  "step.undone": { ...STEP, text: "text" },
  "execution.ended": {
    status: oneOf("done", "failed", "declined", "guarded", "unknown", "interrupted", "undone"),
    exitCode: "number",
    "reason?": "text",
    text: "text",
    "outcome?": "text",
    "state?": "text",
    "reminders?": texts,
    "identity?": IDENTITY,
    "statedReason?": "text",
    "emergency?": "text",
    "lostNotices?": {
      list: members({
        moment: oneOf("begin", "question", "outcome"),
        by: "text",
        why: "text",
        "isDoubtful?": oneOf(true),
      }),
    },
    next: texts,
    "unfinished?": { list: UNFINISHED },
  },
};

/** Deeper than any record; deep enough to exhaust a stack otherwise. */
const MOST_DEPTH = 64;

/** Whether a line of a journal is a record that this release knows, with all that its readers rely on. */
export function isRecord(value: unknown): value is JournalEvent {
  if (!isMap(value) || !isText(value.type) || !Object.hasOwn(SHAPES, value.type)) return false;
  const shape = { at: "time", execution: "text", ...SHAPES[value.type as JournalEvent["type"]] } as const;
  return fits(value, members(shape)) && isShallow(value, MOST_DEPTH);
}

function fits(value: unknown, shape: Shape): boolean {
  if (typeof shape === "string") return IS[shape](value);
  if ("list" in shape) return Array.isArray(value) && value.every((item) => fits(item, shape.list));
  if ("oneOf" in shape) return shape.oneOf.includes(value);
  if ("orNull" in shape) return value === null || fits(value, shape.orNull);
  return isMap(value) && Object.entries(shape.members).every(([name, each]) => hasMember(value, name, each));
}

function hasMember(value: Readonly<Record<string, unknown>>, name: string, shape: Shape): boolean {
  const own = name.replace(/\?$/, "");
  const member = Object.hasOwn(value, own) ? value[own] : undefined;
  return (member === undefined && own !== name) || fits(member, shape);
}

function isShallow(value: unknown, depth: number): boolean {
  if (typeof value !== "object" || value === null) return true;
  return depth > 0 && Object.values(value).every((member) => isShallow(member, depth - 1));
}
