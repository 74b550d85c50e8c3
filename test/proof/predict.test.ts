import { describe, expect, it } from "vitest";
import { judgeTime } from "../../src/proof/judge-time.ts";
import { LiveSizes } from "../../src/proof/live.ts";
import { type Measured, predict } from "../../src/proof/predict.ts";
import type { Effects, StatementTrial, Trial } from "../../src/proof/trial.ts";
import { weighed } from "../../src/proof/weigh.ts";

const NOTHING: Effects = {
  ...{ locks: [], rewritten: [], scanned: [], changed: [], dropped: [], renamed: [], json: [], secured: [] },
  ...{ empty: [], notices: [] },
};

const text = { sql: "", path: "m.sql", line: 1, isExact: true, hasValues: false };
const statement = (ms: number, effects: Partial<Effects>): StatementTrial => ({
  text,
  ms,
  effects: { ...NOTHING, ...effects },
});

const trial = (...statements: readonly StatementTrial[]): Trial => ({
  existing: new Set(["assets", "assets_pkey", "jobs", "migrations"]),
  statements,
  isDone: true,
});

const scan = (ms: number, table: string, rows: number) => statement(ms, { scanned: [{ table, rows, of: rows }] });
const MEASURED = new Map<string, Measured>([["assets", { few: 100, many: 20_100, width: 100 }]]);
const sizes = (rows: number | undefined, bytes?: number) =>
  new LiveSizes([{ table: "assets", ...(rows !== undefined && { rows }), ...(bytes !== undefined && { bytes }) }]);

describe("how long a migration may take on the target", () => {
  it("is what a row takes here, for the rows there: half of it to five times, and more for wider rows", () => {
    // 40 ms for 20,000 rows: 2 µs a row.
    const [few, many] = [trial(scan(1, "assets", 100)), trial(scan(41, "assets", 20_100))];
    expect(predict(few, many, MEASURED, sizes(10_000_000))).toEqual({
      known: true,
      value: { least: 10, most: 100, tables: [{ table: "assets", rows: 10_000_000 }], microsecondsPerRow: 2 },
    });
    const wide = predict(few, many, MEASURED, sizes(10_000_000, 2_000_000_000));
    expect(wide).toMatchObject({ value: { least: 10, most: 200 } });
  });

  it("adds up its statements, and takes what is too short to measure for a read of each row", () => {
    const lock = statement(1, { locks: [{ table: "assets", mode: "AccessExclusive" }] });
    const few = trial(lock, scan(1, "assets", 100), scan(1, "assets", 100));
    const many = trial(lock, scan(21, "assets", 20_100), scan(0.9, "assets", 20_100));
    expect(predict(few, many, MEASURED, sizes(1_000_000))).toMatchObject({ value: { least: 0.65, most: 6.5 } });
  });

  it("counts a rewrite, and not the index that goes with it", () => {
    const rewrite = (ms: number) =>
      statement(ms, {
        locks: [{ table: "assets", mode: "AccessExclusive" }],
        rewritten: ["assets", "assets_pkey"],
      });
    expect(predict(trial(rewrite(1)), trial(rewrite(201)), MEASURED, sizes(1_000_000))).toMatchObject({
      value: { least: 5, tables: [{ table: "assets" }] },
    });
  });

  it("is absent for a lock alone, and for rows that are not all", () => {
    const lock = trial(statement(1, { locks: [{ table: "assets", mode: "AccessExclusive" }] }));
    const part = trial(statement(1, { changed: [{ table: "assets", rows: 3, of: 100 }] }));
    for (const one of [lock, part]) expect(predict(one, one, MEASURED, sizes(1_000_000))).toBeUndefined();
  });

  it("is not known without the rows there, or without rows here", () => {
    const [few, many] = [trial(scan(1, "assets", 100)), trial(scan(41, "assets", 20_100))];
    expect(predict(few, many, MEASURED, sizes(undefined))).toEqual({
      known: false,
      why: "the rows of assets are not known: ANALYZE assets",
    });
    const unmade = new Map([["assets", { few: 5, many: 5, width: 100 }]]);
    expect(predict(few, many, unmade, sizes(1_000_000))).toMatchObject({
      known: false,
      why: "too few rows of assets can be made here to measure by",
    });
  });
});

describe("a migration that works on rows", () => {
  const limit = { seconds: 150, text: "the container's health check stops a task after 150 s (60 s + 3 × 30 s)" };
  const lasting = (least: number, most: number) => ({
    ...{ least, most, microsecondsPerRow: 2 },
    tables: [{ table: "assets", rows: 41_000_000 }],
  });

  it("outlives the health check, may outlive it, or ends within four fifths of it", () => {
    const rules = [lasting(151, 700), lasting(149, 700), lasting(30, 121), lasting(30, 120)].map((one) =>
      judgeTime(one, limit).map(({ rule }) => rule),
    );
    expect(rules).toEqual([["outlives-health-check"], ["may-outlive-health-check"], ["may-outlive-health-check"], []]);
    expect(judgeTime(lasting(180, 840), limit)[0]?.message).toBe(
      `3 min to 14 min on 41,000,000 rows of assets; ${limit.text}`,
    );
    expect(judgeTime(lasting(151, 700), null)).toEqual([]);
  });
});

describe("a finding about work on every row", () => {
  const one = trial(scan(1, "assets", 100));
  const judgement = { rule: "scan-under-lock", message: "reads every row of assets", statement: 0 } as const;

  it("is a note where the table is small there, and tells its rows", () => {
    expect(weighed(judgement, one, sizes(40))).toEqual({
      ...judgement,
      severity: "note",
      message: "reads every row of assets; assets has about 40 rows",
    });
  });

  it("is one too where so few bytes cannot hold many rows", () => {
    expect(weighed(judgement, one, sizes(undefined, 8192))).toMatchObject({
      severity: "note",
      message: "reads every row of assets; assets has 8 kB",
    });
  });

  it("stays what it is where the table is large, or not known", () => {
    expect(weighed(judgement, one, sizes(12_345_678))).toEqual({
      ...judgement,
      message: "reads every row of assets; assets has about 12,345,678 rows",
    });
    expect(weighed(judgement, one, sizes(undefined))).toEqual({
      ...judgement,
      message: "reads every row of assets; the rows of assets are not known",
    });
  });

  it("says nothing of rows where its harm is another", () => {
    const dropped = { ...judgement, rule: "drop-column" } as const;
    expect(weighed(dropped, one, sizes(40))).toBe(dropped);
  });
});
