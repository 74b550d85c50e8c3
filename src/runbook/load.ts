import { createHash } from "node:crypto";
import { LineCounter, parseDocument, type YAMLError } from "yaml";
import type { Document } from "../domain/runbook.ts";
import type { ActionSpecs } from "./action-spec.ts";
import { check } from "./check-runbook.ts";
import { checkSafety } from "./check-safety.ts";
import { collector, isWarning, type Problem, type Report, type TextPosition } from "./problem.ts";
import { build } from "./to-runbook.ts";
import { scan } from "./yaml/reject-unsafe.ts";
import { syntaxProblem } from "./yaml/syntax-errors.ts";
import { toTree } from "./yaml/to-tree.ts";
import { itemsOf, member, type Tree, textOf } from "./yaml/tree.ts";

export type Loaded =
  /** `warnings`: what should be changed, although the runbook can be used. */
  | { readonly document: Document; readonly warnings: readonly Problem[]; readonly steps: readonly StepPlace[] }
  | { readonly problems: readonly Problem[]; readonly steps: readonly StepPlace[] };

/** Where a step begins, as far as the text could be read. */
export interface StepPlace {
  readonly id: string;
  readonly line: number;
}

/**
 * Reads a runbook and checks it against the existing actions. `source` is its name in problems and in the journal;
 * `meaning` leaves the safety rules out. Returns all problems that one pass finds, in the order of the text. Never
 * throws for bad text.
 */
export function loadRunbook(
  text: string,
  source: string,
  specs: ActionSpecs,
  asked: "all" | "meaning" = "all",
): Loaded {
  const { report, problems } = collector(source);
  const tree = parseText(text, report, "runbook");
  if (tree !== undefined) check(tree, specs, report);
  if (tree !== undefined && asked === "all") checkSafety(tree, text, specs, report);
  const found = problems();
  const steps = tree === undefined ? [] : outline(tree);
  if (tree === undefined || !found.every(isWarning)) return { problems: found, steps };
  const sha256 = createHash("sha256").update(text).digest("hex");
  return { document: { runbook: build(tree, specs), text, source, sha256 }, warnings: found, steps };
}

function outline(tree: Tree): readonly StepPlace[] {
  const steps = [...itemsOf(member(tree, "steps")), ...itemsOf(member(tree, "finally"))];
  return steps.map((step, index) => ({ id: textOf(member(step, "id")) ?? `step ${index + 1}`, line: step.line }));
}

/** The tree of a document, or undefined where its text is no YAML that is allowed here. `what`: its kind, for people. */
export function parseText(text: string, report: Report, what: string): Tree | undefined {
  if (!scan(text, report)) return undefined;
  const lineCounter = new LineCounter();
  // Not `uniqueKeys`: that check is quadratic; the tree does it. Not `silent`: that hides a second document.
  const options = {
    lineCounter,
    uniqueKeys: false,
    prettyErrors: false,
    resolveKnownTags: false,
    logLevel: "error",
  } as const;
  const { contents, errors, warnings } = parseDocument(text, options);
  const placeAt = (offset: number): TextPosition => {
    const { line, col } = lineCounter.linePos(offset);
    return { line, column: col };
  };
  const isBroken = reportSyntax([...errors, ...warnings], text.split("\n"), placeAt, report);
  if (isBroken) return undefined;
  if (contents === null) report("VOPS001", { line: 1, column: 1 }, `the text holds no ${what}`);
  return contents === null ? undefined : toTree(contents, { placeAt, report });
}

/** The first one only: the parser reports one mistake more than once. */
function reportSyntax(
  errors: readonly YAMLError[],
  lines: readonly string[],
  placeAt: (offset: number) => TextPosition,
  report: Report,
): boolean {
  const first = errors
    .toSorted((a, b) => a.pos[0] - b.pos[0])
    .map((error) => syntaxProblem(error, placeAt(error.pos[0]), lines))
    .find((problem) => problem !== undefined);
  if (first === undefined) return false;
  const { rule, place, message, hint } = first;
  report(rule, place, message, hint, lines[place.line - 1]);
  return true;
}
