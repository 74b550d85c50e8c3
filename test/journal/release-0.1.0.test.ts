import { describe, expect, it } from "vitest";
import { registry } from "../../src/actions/index.ts";
import { parseJournal } from "../../src/journal/parse-journal.ts";
import { loadRunbook } from "../../src/runbook/load.ts";
import { journalOf, RUNBOOKS, runbookOf } from "../support/release-0.1.0.ts";

describe.each(RUNBOOKS)("what release 0.1.0 wrote of %s", (runbook) => {
  const lines = journalOf(runbook).trimEnd().split("\n");

  it("is read to its end, and so is every beginning of it", () => {
    for (let count = 1; count <= lines.length; count++) {
      const loaded = parseJournal(`${lines.slice(0, count).join("\n")}\n`, "x0001.jsonl");
      expect(loaded.events).toHaveLength(count);
    }
    const { execution } = parseJournal(journalOf(runbook), "x0001.jsonl");
    const states = Object.values(execution.steps).map(({ state }) => state);
    expect(states.filter((state) => !["done", "skipped", "undone", "pending"].includes(state))).toEqual([]);
    expect(execution.ended?.exitCode).toBe(0);
  });

  it("has a runbook that this release can carry out: its actions had other names", () => {
    const loaded = loadRunbook(runbookOf(runbook), runbook, registry, "meaning");
    expect("document" in loaded).toBe(true);
  });
});
