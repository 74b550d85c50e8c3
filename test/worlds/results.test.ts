import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { appendResult, type Result, readResults, summary } from "./results.ts";

const played = (seed: number, procedure: string, violated: boolean): Result => ({
  ...{ seed, procedure, scenario: "healthy", ends: ["start 0"], ms: 30_000, cpu: 1500 },
  violations: violated ? [{ invariant: "journal", text: "not true" }] : [],
});

test("runs add up: what each procedure has played, and how many were violated", () => {
  const folder = mkdtempSync(join(tmpdir(), "vulcan-ops-results-"));
  const path = join(folder, "new", "worlds.ndjson");
  for (const result of [played(1, "rollback", false), played(1, "restore", true)]) appendResult(path, result);
  appendResult(path, played(2, "rollback", false));
  const lines = summary(readResults(path)).split("\n");
  rmSync(folder, { recursive: true });
  expect(lines).toEqual([
    "restore: 1 worlds, 2.0 a minute, 1.5 s of CPU each; 1 violated; start 0: 1",
    "rollback: 2 worlds, 2.0 a minute, 1.5 s of CPU each; 0 violated; start 0: 2",
    "all: 3 worlds, 2.0 a minute, 1.5 s of CPU each; 1 violated; start 0: 3",
  ]);
});
