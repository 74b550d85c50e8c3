import type { Plan } from "./plan.ts";

/** How far a look at runbooks goes: their text; every request in a sandbox; the reads of a real target. */
export type Depth = "offline" | "sandbox" | "read";

export const DEPTHS: readonly Depth[] = ["offline", "sandbox", "read"];

/** `error`: the runbook is wrong. `warning`: what it relies on has drifted. `note`: worth knowing. */
export type Severity = "error" | "warning" | "note";

/** One thing that was found. All its texts are safe to show. */
export interface Remark {
  /** Published id, explained by `vulcan-ops explain ID`. */
  readonly rule: string;
  readonly severity: Severity;
  readonly message: string;
  readonly hint?: string;
  /** Where in a file it stands; both count from 1. */
  readonly file?: string;
  readonly line?: number;
  readonly column?: number;
}

/** One thing that was looked at: a step, a rehearsal, a check. */
export interface Case {
  readonly depth: Depth;
  readonly name: string;
  readonly seconds?: number;
  readonly remarks: readonly Remark[];
  /** Why it could not be looked at. */
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
  /** Where it was planned against a target. */
  readonly plan?: Plan;
}

/** What a look at runbooks found; one form for every depth. */
export interface Inspection {
  readonly schemaVersion: 1;
  readonly depths: readonly Depth[];
  readonly runbooks: readonly InspectedRunbook[];
  /** Of the target itself, where it was read. */
  readonly target?: { readonly name: string; readonly cases: readonly Case[] };
}

/** Every remark, the most severe first, else in the order in which they were found. */
export function remarksOf({ runbooks, target }: Inspection): readonly Remark[] {
  const cases = [...runbooks.flatMap((runbook) => runbook.cases), ...(target?.cases ?? [])];
  const all = cases.flatMap(({ remarks }) => remarks);
  return (["error", "warning", "note"] as const).flatMap((severity) => all.filter((one) => one.severity === severity));
}

export function worstOf(remarks: readonly Remark[]): Severity | undefined {
  return (["error", "warning", "note"] as const).find((severity) => remarks.some((one) => one.severity === severity));
}

/** `runbooks/x.yaml:12:5`, the file alone, or nothing. */
export function placeOf({ file, line, column }: Remark): string {
  return file === undefined ? "" : [file, line, column].filter((part) => part !== undefined).join(":");
}

/** What was found and what to do about it, as one sentence. */
export function sentenceOf({ message, hint }: Remark): string {
  return hint === undefined ? message : `${message} (${hint})`;
}
