import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { withoutSeals } from "../journal/without-seals.ts";

/** The journals in `test/fixtures/release-0.1.0`. */
export const RUNBOOKS = ["rollback-service", "rollback-migration", "restore-database", "maintenance-window"] as const;

/** What release 0.1.0 wrote when it ran this runbook. */
export const journalOf = (runbook: string): string =>
  readFileSync(join(import.meta.dirname, "../fixtures/release-0.1.0", `${runbook}.jsonl`), "utf8");

/** The text of that runbook in release 0.1.0. */
export function runbookOf(runbook: string): string {
  const [started = ""] = journalOf(runbook).split("\n", 1);
  return JSON.parse(started).runbook.text;
}

/** As release 0.1.0 would have left it: its records had no seals, and did not say which version resumed. */
export function rewriteJournal(path: string): void {
  const plain = withoutSeals(readFileSync(path, "utf8"));
  writeFileSync(path, plain.replace(/^(\{"type":"execution\.resumed",.*),"version":"[^"]*"/gm, "$1"));
}
