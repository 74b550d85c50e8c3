import type { Unfinished } from "../../src/domain/unfinished.ts";
import { wordsOf } from "../support/shell-words.ts";
import type { Snapshot } from "./snapshot.ts";

/** What `status` named as left at a moment, and how the world was then. */
export interface Left {
  readonly at: Snapshot;
  readonly unfinished: readonly Unfinished[];
  /** The commands that it prints for it, each once and as words. */
  readonly commands: readonly (readonly string[])[];
}

export function leftIn(stdout: string, at: Snapshot): Left {
  const { unfinished } = JSON.parse(stdout) as { readonly unfinished: readonly Unfinished[] };
  const lines = [...new Set(unfinished.map(({ command }) => String(command)))];
  return { at, unfinished, commands: lines.map((line) => wordsOf([line])[0] ?? []) };
}
