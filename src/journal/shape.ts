import type { JournalEvent } from "../domain/execution.ts";

type Kind = "text" | "number" | "phase" | "map" | "map or null" | "text or null" | "maps" | "texts";

const isMap = (value: unknown): boolean => typeof value === "object" && value !== null && !Array.isArray(value);

const IS: Readonly<Record<Kind, (value: unknown) => boolean>> = {
  text: (value) => typeof value === "string",
  number: (value) => typeof value === "number",
  phase: (value) => value === "do" || value === "undo",
  map: isMap,
  "map or null": (value) => value === null || isMap(value),
  "text or null": (value) => value === null || typeof value === "string",
  maps: (value) => Array.isArray(value) && value.every(isMap),
  texts: (value) => Array.isArray(value) && value.every((item) => typeof item === "string"),
};

const STEP = { step: "text", phase: "phase" } as const;

/** What the records of an execution have to hold beside `at` and `execution`. */
const SHAPES: Readonly<Record<JournalEvent["type"], Readonly<Record<string, Kind>>>> = {
  "execution.started": { runbook: "map", inputs: "map", target: "map", caller: "map", operator: "text", host: "text" },
  "execution.resumed": { mode: "phase", operator: "text", host: "text" },
  "execution.tookOver": { from: "map" },
  "step.planned": {
    ...STEP,
    title: "text",
    action: "text",
    summary: "text",
    changes: "maps",
    findings: "maps",
    operation: "map or null",
    undo: "map or null",
    awsCli: "text or null",
  },
  "step.confirmed": {
    ...STEP,
    how: "text",
    inputs: "map",
    operation: "map",
    undo: "map",
    basis: "map",
    outputs: "map",
  },
  "step.sent": { ...STEP, receipt: "map" },
  "step.verified": { ...STEP, text: "text", outputs: "map" },
  "step.skipped": { ...STEP, reason: "text", outputs: "map" },
  "step.declined": STEP,
  "step.failed": { ...STEP, reason: "text", text: "text", evidence: "texts", next: "texts", effect: "text" },
  "step.undone": { ...STEP, text: "text" },
  "execution.ended": { status: "text", exitCode: "number", text: "text", next: "texts" },
};

/** Whether a line of a journal is a record that this release knows, with all that it has to hold. */
export function isRecord(value: unknown): value is JournalEvent {
  if (!isMap(value)) return false;
  const record = value as Readonly<Record<string, unknown>>;
  const type = String(record.type);
  if (!Object.hasOwn(SHAPES, type)) return false;
  const shape = { at: "text", execution: "text", ...SHAPES[type as JournalEvent["type"]] } as const;
  return Object.entries<Kind>(shape).every(([name, kind]) => IS[kind](record[name]));
}
