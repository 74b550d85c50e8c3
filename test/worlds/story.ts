import type { JournalEvent } from "../../src/domain/execution-event.ts";
import type { Sandbox } from "../../src/sandbox/index.ts";
import type { Life } from "./life.ts";
import type { Left } from "./printed.ts";
import type { Snapshot } from "./snapshot.ts";
import type { Command, World } from "./world.ts";

/** What the pipeline calls itself in its requests. */
export const PIPELINE = "the-pipeline";

export type EndEvent = Extract<JournalEvent, { type: "execution.ended" }>;
export type RecordedRequest = ReturnType<Sandbox["requests"]>[number];

/** One process that lived: what it was told, and what it left. */
export interface Lived {
  readonly life: Life;
  readonly command: Command;
  readonly argv: readonly string[];
  /** Its exit code; `hung` where it had not ended within the bound. */
  readonly code: number | "died" | "hung";
  readonly stdout: string;
  readonly stderr: string;
  /** Its execution; empty where it began none. */
  readonly execution: string;
  readonly end: EndEvent | undefined;
  /** Virtual ms. */
  readonly from: number;
  readonly to: number;
  /** The world right after it; not of a second operator's. */
  readonly after?: Snapshot;
}

/** A journal as it lies on the disk in the end. */
export interface JournalText {
  readonly path: string;
  readonly text: string;
}

/** Everything that happened in one world, for the judges. */
export interface Story {
  readonly world: World;
  readonly before: Snapshot;
  /** In the order of their ends. */
  readonly lives: readonly Lived[];
  /** What `status` named as left each time that it was asked. */
  readonly left?: readonly Left[];
  readonly after: Snapshot;
  readonly journals: readonly JournalText[];
  readonly requests: readonly RecordedRequest[];
  /** Every other file of the state folders. */
  readonly files: readonly JournalText[];
  readonly secrets: readonly string[];
  /** What a restore's database holds: `before`, `after` or both; only where a restore was to be judged. */
  readonly rows?: string;
  /** Runs of `vulcan migrate down` in containers. */
  readonly downs: number;
  /** Why the world did not come to its end, if it did not. */
  readonly hang?: string;
}

export interface Violation {
  readonly invariant: string;
  readonly text: string;
}
