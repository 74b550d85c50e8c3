import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";

/** A new folder of its own, gone after the test. */
export function scratch(): string {
  const path = mkdtempSync(join(tmpdir(), "vulcan-ops-journal-"));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}
