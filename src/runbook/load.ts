import { createHash } from "node:crypto";
import { LineCounter, parseDocument, type YAMLError } from "yaml";
import type { Document } from "../domain/runbook.ts";
import type { ActionSpecs } from "./action-spec.ts";
import { check } from "./check-runbook.ts";
import { checkSafety } from "./check-safety.ts";
import { collector, type Place, type Problem, type Report } from "./problem.ts";
import { build } from "./to-runbook.ts";
import { scan } from "./yaml/reject-unsafe.ts";
import { syntaxProblem } from "./yaml/syntax-errors.ts";
import { plant } from "./yaml/to-tree.ts";
import { itemsOf, member, type Tree, textOf } from "./yaml/tree.ts";

export type Loaded =
  | { readonly document: Document }
  /** `steps`: where each begins, as far as the text could be read. */
  | { readonly problems: readonly Problem[]; readonly steps: readonly StepPlace[] };

export interface StepPlace {
  readonly id: string;
  readonly line: number;
}

/**
 * Reads a runbook and checks it against the actions there are. `source` is the name that problems and the journal give
 * it; `meaning` leaves the rules of safety out. Answers every problem that can be seen in one pass, in the order of the text; never throws for bad text.
 */
export function loadRunbook(
  text: string,
  source: string,
  specs: ActionSpecs,
  asked: "all" | "meaning" = "all",
): Loaded {
  const { report, problems } = collector(source);
  const tree = parse(text, report);
  if (tree !== undefined) check(tree, specs, report);
  if (tree !== undefined && asked === "all") checkSafety(tree, text, specs, report);
  const found = problems();
  if (tree === undefined || found.length > 0)
    return { problems: found, steps: tree === undefined ? [] : outline(tree) };
  const sha256 = createHash("sha256").update(text).digest("hex");
  return { document: { runbook: build(tree, specs), text, source, sha256 } };
}

function outline(tree: Tree): readonly StepPlace[] {
  const steps = [...itemsOf(member(tree, "steps")), ...itemsOf(member(tree, "finally"))];
  return steps.map((step, index) => ({ id: textOf(member(step, "id")) ?? `step ${index + 1}`, line: step.line }));
}

function parse(text: string, report: Report): Tree | undefined {
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
  const placeAt = (offset: number): Place => {
    const { line, col } = lineCounter.linePos(offset);
    return { line, column: col };
  };
  const isBroken = reportSyntax([...errors, ...warnings], text.split("\n"), placeAt, report);
  if (isBroken) return undefined;
  if (contents === null) report("VOPS001", { line: 1, column: 1 }, "the text holds no runbook");
  return contents === null ? undefined : plant(contents, { placeAt, report });
}

/** One problem a line: the parser trips more than once over one mistake. */
function reportSyntax(
  errors: readonly YAMLError[],
  lines: readonly string[],
  placeAt: (offset: number) => Place,
  report: Report,
): boolean {
  const seen = new Set<number>();
  for (const error of errors) {
    const problem = syntaxProblem(error, placeAt(error.pos[0]), lines);
    if (problem === undefined || seen.has(problem.place.line)) continue;
    seen.add(problem.place.line);
    report(problem.rule, problem.place, problem.message, problem.hint);
  }
  return seen.size > 0;
}
