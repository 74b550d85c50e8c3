import { expect, it } from "vitest";
import { leftByFailure } from "../../../src/actions/upgrade/left-by-failure.ts";
import type { ActionVerifyContext } from "../../../src/domain/services.ts";

const FAILED = { reason: "migration-failed", text: "Migration failed version=8 error=…", evidence: [], next: [] };
const rows = (users: number) => [{ table: "users", rows: users, isExact: true, timedBy: [] }];
const structure = { fingerprint: "", invalidIndexes: [], unvalidated: [], behind: [] };
const BASELINE = JSON.stringify({
  ...{ migrations: ["7@"], rows: { users: 9 } },
  ...{ invalidIndexes: [], unvalidated: [], behind: [] },
});

/** With these migrations applied, and so many users. */
function left(versions: readonly number[] | Error, users?: number, failure = FAILED) {
  const applied = async () => {
    if (versions instanceof Error) throw versions;
    return { applied: versions.map((version) => ({ version, description: "" })), answeredBy: "sql" };
  };
  const data = users === undefined ? {} : { data: { facts: async () => ({ tables: rows(users), structure }) } };
  const context = { services: { schema: { migrations: applied }, ...data }, clock: { now: () => 0 } };
  return leftByFailure(failure, BASELINE, context as unknown as ActionVerifyContext);
}

it("says what a failed migration left, as far as it can be read", async () => {
  expect(await left([7], 9)).toEqual(["by SQL: migration 8 left nothing, 7 is the newest; no row missing in 1 table"]);
  expect(await left([7, 8], 8)).toEqual([
    "by SQL: MIGRATION 8 IS APPLIED, 8 is the newest; users has 8 rows, 1 fewer than before",
  ]);
  expect(await left([7])).toEqual(["by SQL: migration 8 left nothing, 7 is the newest"]);
  expect(await left([7], 9, { ...FAILED, reason: "migration-killed", text: "" })).toEqual([
    "by SQL: the migration left nothing, 7 is the newest; no row missing in 1 table",
  ]);
  expect(await left(new Error("no route"))).toEqual(["whether the migration was rolled back: not read"]);
  expect(await left([7], 9, { ...FAILED, reason: "task-exits" })).toEqual([]);
});
