import { readFileSync } from "node:fs";
import type { CompletionTable } from "../domain/completion.ts";
import type { HelpPages } from "../domain/help-page.ts";
import type { Document } from "../domain/runbook.ts";

/** Made by the build, so that nothing is parsed or rendered at start-up. Found from the bundle and from the sources. */
const fileOf = (name: string): URL =>
  new URL(import.meta.url.endsWith(".ts") ? `../../dist/${name}` : name, import.meta.url);

const PREPARED = fileOf("prepared.json");

export interface Prepared {
  readonly version: string;
  readonly help: HelpPages;
  /** Shipped runbooks, checked when the bundle was built. */
  readonly runbooks: readonly Document[];
}

export function readPrepared(): Prepared {
  return JSON.parse(readFileSync(PREPARED, "utf8")) as Prepared;
}

/** What completion knows of the commands. */
export function readCompletionTable(): CompletionTable {
  return JSON.parse(readFileSync(fileOf("completion.json"), "utf8")) as CompletionTable;
}

export function shippedRunbooks(): ReadonlyMap<string, Document> {
  return new Map(readPrepared().runbooks.map((document) => [document.runbook.id, document]));
}
