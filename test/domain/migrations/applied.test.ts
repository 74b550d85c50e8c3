import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type AppliedMigration,
  acceptsAnswer,
  countOf,
  difference,
  stateOf,
  toMigrations,
} from "../../../src/domain/migrations/applied.ts";

const day = (number: number) => `2026-04-${String(number).padStart(2, "0")}T00:00:00.000Z`;
const row = (version: number, on = version): AppliedMigration => ({ version, description: "", appliedAt: day(on) });
const rows = (...versions: number[]) => versions.map((version) => row(version));

describe("a list of applied migrations", () => {
  it("without gaps says its newest and its last", () => {
    expect(stateOf(rows(2, 1, 3))).toMatchObject({
      newest: 3,
      last: { version: 3 },
      holes: [],
      outOfOrder: [],
      duplicates: [],
    });
    expect(stateOf([])).toEqual({ applied: [], newest: 0, holes: [], outOfOrder: [], duplicates: [] });
  });

  it("has holes below its newest, from version 1 on", () => {
    expect(stateOf(rows(1, 2, 4, 8)).holes).toEqual([
      { from: 3, to: 3 },
      { from: 5, to: 7 },
    ]);
    expect(stateOf(rows(3)).holes).toEqual([{ from: 1, to: 2 }]);
  });

  it("names a wide hole in two numbers", () => {
    const { holes } = stateOf(rows(1).concat(row(20_260_401_120_000, 2)));
    expect(holes).toEqual([{ from: 2, to: 20_260_401_119_999 }]);
    expect(countOf(holes)).toBe(20_260_401_119_998);
  });

  it("is out of order where a lower version came later; equal times are not", () => {
    expect(stateOf([row(1, 1), row(2, 5), row(3, 3), row(4, 4)]).outOfOrder).toEqual([{ version: 2, after: 3 }]);
    expect(stateOf([row(1, 9), row(2, 8), row(3, 7)]).outOfOrder).toEqual([
      { version: 1, after: 3 },
      { version: 2, after: 3 },
    ]);
    expect(stateOf([row(1, 1), row(2, 1)]).outOfOrder).toEqual([]);
  });

  it("has as its last the one that was applied last, not the highest", () => {
    expect(stateOf([row(1, 1), row(2, 5), row(3, 3)]).last?.version).toBe(2);
    expect(stateOf([{ version: 1, description: "" }, row(2)]).last?.version).toBe(2);
  });

  it("may name a version twice", () => {
    expect(stateOf(rows(1, 2, 2, 3)).duplicates).toEqual([2]);
  });

  it("holes and applied versions together are 1 to the newest, whatever the list", () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: 1, max: 60 })), (versions) => {
        const { holes, newest, applied } = stateOf(rows(...versions.map((version) => (version % 27) + 1)));
        const present = new Set(applied.map(({ version }) => version));
        const absent = holes.flatMap(({ from, to }) =>
          Array.from({ length: to - from + 1 }, (_, index) => from + index),
        );
        expect([...present, ...absent].sort((a, b) => a - b)).toEqual(
          Array.from({ length: newest }, (_, index) => index + 1),
        );
      }),
    );
  });
});

describe("schema and image", () => {
  it.each([
    [8, [{ from: 8, to: 8 }], []],
    [10, [{ from: 8, to: 10 }], []],
    [7, [], []],
    [5, [], [6, 7]],
    [0, [], [1, 2, 3, 4, 5, 6, 7]],
  ])("an image that knows %i", (knows, pending, ahead) => {
    expect(difference(stateOf(rows(1, 2, 3, 4, 5, 6, 7)), knows)).toEqual({ pending, ahead });
  });
});

describe("a count of pending migrations and an image's label", () => {
  it.each([
    [rows(1, 2, 3), 3, 0, true],
    [rows(1, 2, 3), 5, 2, true],
    [rows(1, 2, 3), 5, 1, false],
    [rows(1, 2, 3), 5, 3, false],
    [rows(1, 3), 5, 2, true],
    [rows(1, 3), 5, 3, true],
    [rows(1, 2, 3), 2, 0, true],
    [rows(1, 3), 2, 1, true],
    [[], 8, 8, true],
    [[], 8, 0, false],
  ])("%#: fit together where the count has the pending ones, with or without the holes", (list, knows, count, is) => {
    expect(acceptsAnswer(count, stateOf(list), knows)).toBe(is);
  });
});

describe("a server's list", () => {
  it("takes a time without a zone for UTC, and says so", () => {
    const told = { version: 1, description: "a", applied_at: "2026-04-01T10:00:00", duration_ms: 3 };
    expect(toMigrations([told])).toEqual([
      { version: 1, description: "a", appliedAt: "2026-04-01T10:00:00.000Z", isZoneAssumed: true, durationMs: 3 },
    ]);
    const zoned = { version: "2", description: null, applied_at: "2026-04-01T10:00:00.5+02:00" };
    expect(toMigrations([zoned])).toEqual([{ version: 2, description: "", appliedAt: "2026-04-01T08:00:00.500Z" }]);
  });

  it.each([[null], [{}], ["x"], [[{ version: 1.5 }]], [[{ version: "one" }]], [[null]], [[{ id: 1 }]]])(
    "%j is none",
    (answer) => expect(toMigrations(answer)).toBeUndefined(),
  );
});
