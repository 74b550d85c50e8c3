import { expect, it } from "vitest";
import { type HistoryEntry, renderHistory } from "../../../src/ui/render/history.ts";

const entry = (id: string, more: Partial<HistoryEntry>): HistoryEntry => ({
  id,
  at: "2026-11-28T19:55:42.000Z",
  lastAt: "2026-11-28T20:12:42.000Z",
  by: "anna",
  target: "prod",
  what: "roll back → 1.42.0",
  result: "done",
  isOver: true,
  below: ["Rolled back vulcan-prod to 1.42.0 (:42): 3/3 healthy, traffic not measured, took 17 min"],
  ...more,
});

const ENTRIES = [
  entry("9qssf6", {}),
  entry("4n6ndt", {
    at: "2026-11-28T19:45:10.000Z",
    what: "migrate → 8",
    below: ["Migrated vulcan-prod to 8 with 2.0.0 (:43): migrations 6 → 8, 3/3 healthy, STABLE, took 70 min"],
  }),
  entry("cc5ftm", {
    at: "2025-11-28T19:30:00.000Z",
    by: "bob",
    result: "unfinished",
    isOver: false,
    below: ["resume it: vulcan-ops resume cc5ftm"],
  }),
];

it.each([40, 80, 120])("golden at %i columns", async (columns) => {
  const text = renderHistory(ENTRIES, { columns, colour: false, unicode: true, live: false });
  await expect(text).toMatchFileSnapshot(`../../golden/ui/history-${columns}.txt`);
});

it("names the target where there are several, and nothing where there is nothing", () => {
  const display = { columns: 120, colour: false, unicode: true, live: false };
  expect(renderHistory([...ENTRIES, entry("7k2mzz", { target: "sandbox" })], display)).toMatch(/TARGET.*\n.*prod/);
  expect(renderHistory([], display)).toBe("");
});
