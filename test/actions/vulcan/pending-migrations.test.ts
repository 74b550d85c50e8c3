import { expect, it } from "vitest";
import { schemaGap } from "../../../src/actions/vulcan/pending-migrations.ts";

it.each<[number | undefined, number | undefined, string, string | undefined]>([
  [7, 8, "migration 8 stays", "vulcan-ops migrate down --to 7"],
  [7, 9, "migrations 8 and 9 stay", "vulcan-ops migrate down --to 7"],
  [7, 11, "migrations 8, 9, 10 and 11 stay", "vulcan-ops migrate down --to 7"],
  [7, 12, "5 migrations, 8 to 12, stay", "vulcan-ops migrate down --to 7"],
  [0, 999_999_999, "999999999 migrations, 1 to 999999999, stay", "vulcan-ops migrate down --to 0"],
  [undefined, 8, "the migrations up to 8 stay", undefined],
  [7, undefined, "the migrations that it applies stay", undefined],
])("from %s to %s: %s, and what takes back exactly them", (from, to, text, command) => {
  const pending = { ...(from !== undefined && { from }), ...(to !== undefined && { to }) };
  expect(schemaGap(pending)).toEqual({ of: "the schema", text, ...(command && { command }) });
});

it("has no gap where nothing is to be applied", () => {
  expect(schemaGap({ from: 8, to: 8 })).toBeUndefined();
  expect(schemaGap({ from: 9, to: 8 })).toBeUndefined();
});
