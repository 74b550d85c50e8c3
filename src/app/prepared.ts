import type { CompletionTable } from "../domain/completion.ts";
import type { HelpPages } from "../domain/help-page.ts";
import type { Document } from "../domain/runbook.ts";
import { ownFile } from "./own-files.ts";

/** A page of the documentation. `path` is its file in the package. */
export interface DocumentationPage {
  readonly name: string;
  readonly title: string;
  readonly path: string;
}

/** Made by the build, so that no runbook is parsed at start-up. */
export interface Prepared {
  readonly version: string;
  readonly pages: readonly DocumentationPage[];
  /** Shipped runbooks, checked when the bundle was built. */
  readonly runbooks: readonly Document[];
}

let prepared: Prepared | undefined;

/** Read once: it is parsed in a millisecond, and several ask for it at each start. */
export function readPrepared(): Prepared {
  prepared ??= JSON.parse(ownFile("dist/prepared.json")) as Prepared;
  return prepared;
}

/** Rendered by the build. Only help reads them. */
export function readHelpPages(): HelpPages {
  return JSON.parse(ownFile("dist/help.json")) as HelpPages;
}

/** What completion knows of the commands. */
export function readCompletionTable(): CompletionTable {
  return JSON.parse(ownFile("dist/completion.json")) as CompletionTable;
}

export function shippedRunbooks(): ReadonlyMap<string, Document> {
  return new Map(readPrepared().runbooks.map((document) => [document.runbook.id, document]));
}
