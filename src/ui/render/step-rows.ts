import { cliText, neededCli } from "../../domain/aws/cli-version.ts";
import type { Change, Finding, Operation } from "../../domain/operation.ts";
import { blocks, COUNTDOWN_SECONDS, type PlannedStep, type PlannedValue } from "../../domain/plan.ts";
import { expectedText, isAsked, isTextKnown } from "../io/flag-answers.ts";
import type { Row } from "../text/layout.ts";
import { type DisplayOptions, mark } from "../text/style.ts";
import { shown } from "./shown.ts";
import { undoRows } from "./undo-rows.ts";

/** How other steps of the plan are named on the screen, e.g. `step 1 (find)`. */
export type StepName = (id: string) => string;

/** All rows of a step, in the order in which they are read. */
export function stepRows(step: PlannedStep, display: DisplayOptions, nameOf: StepName): Row[] {
  if (step.readiness === "left-out") return readinessRows(step, display, nameOf);
  return [
    ...readinessRows(step, display, nameOf),
    ...step.changes.map(changeRow),
    ...Object.entries(step.inputs).flatMap(([name, value]) => valueRow(name, value, nameOf)),
    ...step.findings.map((finding) => findingRow(finding, display)),
    ...(step.waitsFor === undefined ? [] : [{ label: "Waits for", text: step.waitsFor }]),
    ...undoRows(step),
    ...(step.awsCli === null ? [] : [{ label: "Command", text: step.awsCli, kind: "command" as const }]),
    ...(step.awsCli === null || step.operation === null ? [] : cliRows(step.operation)),
  ];
}

/** The line above it is refused by an older AWS CLI. */
function cliRows(operation: Operation): Row[] {
  const needed = neededCli(operation);
  return needed === undefined ? [] : [{ label: "Needs", text: cliText(needed), tone: "quiet" }];
}

/** What this step will ask the operator; empty if it asks nothing. */
export function askRows(step: PlannedStep): Row[] {
  if (blocks(step).length > 0) return [];
  if (step.confirm === "countdown") return [{ label: "Asks", text: COUNTDOWN }];
  if (!isAsked(step)) return [];
  const text = step.confirm === "typed" ? `type  ${typedText(step)}` : "y or n";
  // A read that the runbook confirms always asks, whatever it finds.
  const isIf = step.readiness === "deferred" && step.risk !== "read";
  return [{ label: "Asks", text: isIf ? `${text}, if there is something to change` : text }];
}

const COUNTDOWN = `nothing: continues after ${COUNTDOWN_SECONDS} s, unless a key holds it`;

function typedText(step: PlannedStep): string {
  return isTextKnown(step) ? expectedText(step) : "a text shown then";
}

function readinessRows(step: PlannedStep, display: DisplayOptions, nameOf: StepName): Row[] {
  const skip = mark("-", "SKIP", display);
  const rows: Readonly<Record<PlannedStep["readiness"], Row[]>> = {
    ready: [],
    deferred: [
      {
        label: mark("…", "WAIT", display),
        text: `planned after ${step.until === undefined ? "an earlier step" : nameOf(step.until)}`,
        tone: "warn",
      },
    ],
    unchanged: [{ label: skip, text: "no change needed", tone: "quiet" }],
    "left-out": [{ label: skip, text: "not part of this run", tone: "quiet" }],
  };
  return rows[step.readiness];
}

export function changeRow({ subject, property, before, after }: Change): Row {
  return { label: "Change", text: `${subject}: ${property} ${shown(before)} → ${shown(after)}`, tone: "strong" };
}

const FROM: Readonly<Record<"predicted" | "pending", (value: PlannedValue, step: string) => string>> = {
  predicted: (value, step) => `${shown(value.value ?? null)} (predicted: ${step} has not run yet)`,
  pending: (_value, step) => `known after ${step}`,
};

/** Given and read values are facts. Only values that are not facts yet get a line. */
function valueRow(name: string, value: PlannedValue, nameOf: StepName): Row[] {
  if (value.origin !== "predicted" && value.origin !== "pending") return [];
  const step = value.step === undefined ? "an earlier step" : nameOf(value.step);
  return [{ label: "Value", text: `${name}: ${FROM[value.origin](value, step)}` }];
}

const LEVEL: Readonly<Record<Finding["level"], { glyph: string; word: string; tone: "good" | "warn" | "bad" }>> = {
  ok: { glyph: "✓", word: "OK", tone: "good" },
  warn: { glyph: "!", word: "WARN", tone: "warn" },
  block: { glyph: "✗", word: "BLOCK", tone: "bad" },
};

export function findingRow({ level, text }: Finding, display: DisplayOptions): Row {
  const { glyph, word, tone } = LEVEL[level];
  return { label: mark(glyph, word, display), text, tone, whole: level === "block" };
}
