import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { canonical, type Json, sameJson } from "../../src/domain/json.ts";

const values = fc.jsonValue() as fc.Arbitrary<Json>;

/** The same value with the keys of every object in another order. */
function reversed(value: Json): Json {
  if (Array.isArray(value)) return value.map(reversed);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, member]) => [key, reversed(member as Json)]),
  );
}

describe("two plans", () => {
  it("are the same whatever the order of their keys", () => {
    fc.assert(fc.property(values, (value) => sameJson(value, reversed(value))));
  });

  it("are the same where one leaves out what the other has as undefined", () => {
    expect(sameJson({ a: 1, b: undefined }, { a: 1 })).toBe(true);
    expect(canonical({ b: undefined, a: [1, null] })).toBe('{"a":[1,null]}');
  });

  it("that differ are never taken for the same", () => {
    fc.assert(
      fc.property(values, values, (a, b) => {
        expect(sameJson(a, b)).toBe(JSON.stringify(sorted(a)) === JSON.stringify(sorted(b)));
      }),
    );
  });

  it.each<[Json, Json]>([
    [1, "1"],
    [null, "null"],
    [[], {}],
    [
      [1, 2],
      [2, 1],
    ],
    [{ a: { b: 1 } }, { a: { b: 2 } }],
    [{ "a,b": 1 }, { a: 1, b: 1 }],
    [{ a: null }, {}],
    ["", null],
  ])("%j and %j differ", (a, b) => {
    expect(sameJson(a, b)).toBe(false);
  });

  it("survive a round trip through the journal", () => {
    fc.assert(fc.property(values, (value) => sameJson(value, JSON.parse(JSON.stringify(value)))));
  });
});

function sorted(value: Json): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== "object") return value;
  return Object.keys(value)
    .sort()
    .map((key) => [key, sorted((value as Record<string, Json>)[key] ?? null)])
    .concat([["{}", null]]);
}
