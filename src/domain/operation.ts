import type { Json, JsonObject } from "./json.ts";

/** What a step may do to the world. A runbook may raise it, never lower it. */
export type Risk = "read" | "change" | "destructive";

export const RISKS: readonly Risk[] = ["read", "change", "destructive"];

/** The one request that a step sends. The plan, the `aws` line, the sender and the journal all read it. */
export interface Operation {
  readonly service: string;
  readonly name: string;
  readonly input: JsonObject;
}

/** before → after of one real property, as observed. */
export interface Change {
  /** Whose property, e.g. `service vulcan-prod`. */
  readonly subject: string;
  readonly property: string;
  readonly before: Json;
  readonly after: Json;
}

/** An undo runs the same action with other inputs. It is observed, planned, confirmed and verified like any step. */
export type Undo =
  | {
      readonly kind: "operation";
      readonly operation: Operation;
      readonly with: JsonObject;
      /** What stays in effect after it: `migrations 7 and 8 stay`. */
      readonly keeps?: UndoGap;
    }
  | { readonly kind: "irreversible"; readonly reason: string }
  /** What the step made stays, since it does nothing by itself. `command` removes it. */
  | { readonly kind: "stays"; readonly reason: string; readonly command?: string; readonly keeps?: UndoGap };

/** What an undo does not bring back, of what, and how it is removed. */
export interface UndoGap {
  /** e.g. `the schema` */
  readonly of: string;
  readonly text: string;
  readonly command?: string;
}

export interface Finding {
  readonly level: "ok" | "warn" | "block";
  /** Stable identifier, e.g. `revision-inactive`. */
  readonly code: string;
  /** At most eight words, for the rows above a question. Absent: `findingTitle` makes one. */
  readonly title?: string;
  readonly text: string;
  /** What to type where it blocks. */
  readonly next?: readonly string[];
  /** Where it blocks only because the application's container is not certain: the names to choose from. */
  readonly containers?: readonly string[];
}

/** The service's answer, reduced to what is worth keeping. */
export interface Receipt {
  readonly requestId?: string;
  readonly answer: JsonObject;
}
