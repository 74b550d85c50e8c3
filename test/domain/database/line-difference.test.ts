import { expect, it } from "vitest";
import { differenceTexts, isEmpty, structureDifference } from "../../../src/domain/database/line-difference.ts";

const texts = (before: readonly string[], after: readonly string[]) =>
  differenceTexts(structureDifference(before, after));

it("shows what is gone, what is new, and what of an object has changed", () => {
  const before = ["column t.a: integer", "index i: CREATE INDEX i", "schema s: owner me"];
  const after = ["column t.a: bigint", "schema s: owner me", "table u: owner me"];
  expect(texts(before, after)).toEqual([
    "column t.a: integer → bigint",
    "- index i: CREATE INDEX i",
    "+ table u: owner me",
  ]);
});

it("counts a line as often as it occurs", () => {
  expect(texts(["setting of the database: x", "setting of the database: x"], ["setting of the database: x"])).toEqual([
    "- setting of the database: x",
  ]);
});

it("tells the order of columns only where the columns are the same", () => {
  expect(texts(["order t: a, b"], ["order t: b, a"])).toEqual(["order of the columns of t: a, b → b, a"]);
  const added = structureDifference(["order t: a"], ["column t.b: text", "order t: a, b"]);
  expect(added).toEqual({ gone: [], added: ["column t.b: text"] });
  expect(isEmpty(structureDifference(["order t: a"], ["order t: a"]))).toBe(true);
});
