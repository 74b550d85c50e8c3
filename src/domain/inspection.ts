import type { Plan } from "./plan.ts";

/** How deep an inspection of runbooks goes: their text; every request in a sandbox; the reads of a real target. */
export type Depth = "offline" | "sandbox" | "read";

export const DEPTHS: readonly Depth[] = ["offline", "sandbox", "read"];

/** `error`: the runbook is wrong. `warning`: what it relies on has drifted. `note`: worth knowing. */
export type Severity = "error" | "warning" | "note";

/** One finding. All its texts are safe to show. */
export interface InspectionFinding {
  /** Published id, explained by `vulcan-ops explain ID`. */
  readonly rule: string;
  /** Its name, where the rule has one. */
  readonly name?: string;
  readonly severity: Severity;
  readonly message: string;
  readonly hint?: string;
  /** Its place in a file; line and column count from 1. */
  readonly file?: string;
  readonly line?: number;
  readonly column?: number;
}

/** One thing that was inspected: a step, a rehearsal, a check. */
export interface Case {
  readonly depth: Depth;
  readonly name: string;
  readonly seconds?: number;
  readonly remarks: readonly InspectionFinding[];
  /** Why it could not be inspected. */
  readonly skipped?: string;
}

export interface InspectedRunbook {
  readonly id: string;
  /** Shipped name or file. */
  readonly source: string;
  readonly steps: number;
  /** Steps that may change something, and those of them that can be undone; absent where the text is wrong. */
  readonly writes?: number;
  readonly undoable?: number;
  readonly cases: readonly Case[];
  /** Present where it was planned against a target. */
  readonly plan?: Plan;
}

/** The result of an inspection of runbooks; one form for every depth. */
export interface Inspection {
  readonly schemaVersion: 1;
  readonly depths: readonly Depth[];
  readonly runbooks: readonly InspectedRunbook[];
  /** The cases of the target itself, where it was read. */
  readonly target?: { readonly name: string; readonly cases: readonly Case[] };
}

/** Every remark, the most severe first; within a severity in the order in which they were found. */
export function inspectionFindings({ runbooks, target }: Inspection): readonly InspectionFinding[] {
  const cases = [...runbooks.flatMap((runbook) => runbook.cases), ...(target?.cases ?? [])];
  const all = cases.flatMap(({ remarks }) => remarks);
  return (["error", "warning", "note"] as const).flatMap((severity) => all.filter((one) => one.severity === severity));
}

export function worstSeverity(remarks: readonly InspectionFinding[]): Severity | undefined {
  return (["error", "warning", "note"] as const).find((severity) => remarks.some((one) => one.severity === severity));
}

/** `runbooks/x.yaml:12:5`, the file alone, or nothing. */
export function filePosition({ file, line, column }: InspectionFinding): string {
  return file === undefined ? "" : [file, line, column].filter((part) => part !== undefined).join(":");
}

/** What was found and what to do about it, as one sentence. */
export function findingSentence({ message, hint }: InspectionFinding): string {
  return hint === undefined ? message : `${message} (${hint})`;
}
