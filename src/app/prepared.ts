import { readFileSync } from "node:fs";
import type { HelpPages } from "../domain/help-page.ts";
import type { Document } from "../domain/runbook.ts";

/** Made by the build, so that nothing is parsed or rendered at start-up. Found from the bundle and from the sources. */
const PREPARED = new URL(
  import.meta.url.endsWith(".ts") ? "../../dist/prepared.json" : "prepared.json",
  import.meta.url,
);

export interface Prepared {
  readonly version: string;
  readonly help: HelpPages;
  /** Shipped runbooks, checked when the bundle was built. */
  readonly runbooks: readonly Document[];
}

export function readPrepared(): Prepared {
  return JSON.parse(readFileSync(PREPARED, "utf8")) as Prepared;
}

export function shippedRunbooks(): ReadonlyMap<string, Document> {
  return new Map(readPrepared().runbooks.map((document) => [document.runbook.id, document]));
}
