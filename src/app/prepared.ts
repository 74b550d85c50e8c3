import type { CompletionTable } from "../domain/completion.ts";
import type { HelpPages } from "../domain/help-page.ts";
import type { Document } from "../domain/runbook.ts";
import { ownFile } from "./own-files.ts";

/** Made by the build, so that nothing is parsed or rendered at start-up. */
export interface Prepared {
  readonly version: string;
  readonly help: HelpPages;
  /** The pages of the documentation, by name: `rollback`. */
  readonly pages: readonly string[];
  /** Shipped runbooks, checked when the bundle was built. */
  readonly runbooks: readonly Document[];
}

let prepared: Prepared | undefined;

/** Read once: a command asks for it several times, and it takes milliseconds. */
export function readPrepared(): Prepared {
  prepared ??= JSON.parse(ownFile("dist/prepared.json")) as Prepared;
  return prepared;
}

/** What completion knows of the commands. */
export function readCompletionTable(): CompletionTable {
  return JSON.parse(ownFile("dist/completion.json")) as CompletionTable;
}

export function shippedRunbooks(): ReadonlyMap<string, Document> {
  return new Map(readPrepared().runbooks.map((document) => [document.runbook.id, document]));
}
