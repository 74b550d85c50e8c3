import { describe, expect, it } from "vitest";
import { provenRevisions } from "../../src/actions/proven.ts";
import { NOW, rowsOf } from "./support.ts";

const HOUR = 3600;

/** Revision and hours of service, newest first. */
function proven(current: number, ...lines: readonly string[]): [number, number][] {
  return provenRevisions(rowsOf(...lines), `vulcan-prod:${current}`, NOW).map(({ taskDefinition, ranSeconds }) => [
    Number(taskDefinition.split(":")[1]),
    Math.round((ranSeconds / HOUR) * 10) / 10,
  ]);
}

describe("the revisions that a service may go back to", () => {
  it.each<[string, number, string[], [number, number][]]>([
    [
      "the one before, and those before it",
      43,
      ["43 SUCCESSFUL 2", "42 SUCCESSFUL 10", "41 SUCCESSFUL 30"],
      [
        [42, 7.9],
        [41, 19.9],
      ],
    ],
    ["while the bad one is still rolling out", 43, ["43 IN_PROGRESS 1", "42 SUCCESSFUL 10"], [[42, 8.9]]],
    ["not the current one, however good", 42, ["42 SUCCESSFUL 2", "42 SUCCESSFUL 10"], []],
    [
      "not one that never came up",
      43,
      ["43 SUCCESSFUL 2", "42 ROLLBACK_SUCCESSFUL 4", "41 SUCCESSFUL 30"],
      [[41, 25.9]],
    ],
    [
      "not one that could not even be rolled back",
      43,
      ["43 SUCCESSFUL 2", "42 ROLLBACK_FAILED 4", "41 SUCCESSFUL 30"],
      [[41, 25.9]],
    ],
    [
      "not one that was good once and was rolled back later",
      43,
      ["43 SUCCESSFUL 2", "42 ROLLBACK_SUCCESSFUL 4", "42 SUCCESSFUL 10", "41 SUCCESSFUL 30"],
      [[41, 19.9]],
    ],
    [
      "one that failed at first and was good later",
      43,
      ["43 SUCCESSFUL 2", "42 SUCCESSFUL 4", "42 ROLLBACK_SUCCESSFUL 10", "41 SUCCESSFUL 30"],
      [
        [42, 1.9],
        [41, 19.9],
      ],
    ],
    [
      "a superseded deployment says nothing: not for",
      43,
      ["43 SUCCESSFUL 2", "42 STOPPED 4", "41 SUCCESSFUL 30"],
      [[41, 25.9]],
    ],
    [
      "a superseded deployment says nothing: not against",
      43,
      ["43 SUCCESSFUL 2", "42 STOPPED 4", "42 SUCCESSFUL 10"],
      [[42, 7.9]],
    ],
    [
      "deployed again and again is one run, from its beginning",
      43,
      ["43 SUCCESSFUL 2", "42 SUCCESSFUL 4", "42 SUCCESSFUL 6", "42 SUCCESSFUL 10"],
      [[42, 7.9]],
    ],
    [
      "come back later is a run of its own, and is named once",
      43,
      ["43 SUCCESSFUL 2", "41 SUCCESSFUL 4", "42 SUCCESSFUL 6", "41 SUCCESSFUL 10"],
      [
        [41, 1.9],
        [42, 1.9],
      ],
    ],
    [
      "after the circuit breaker has gone back by itself",
      42,
      ["43 ROLLBACK_SUCCESSFUL 2", "42 SUCCESSFUL 10", "41 SUCCESSFUL 30"],
      [[41, 19.9]],
    ],
    ["none where nothing was ever good", 1, ["1 SUCCESSFUL 2"], []],
    ["none where there is no history", 42, [], []],
    ["none whose revision is no longer on record", 43, ["43 SUCCESSFUL 2", "? SUCCESSFUL 10"], []],
  ])("%s", (_name, current, lines, expected) => {
    expect(proven(current, ...lines)).toEqual(expected);
  });

  it("a deployment that was never finished or started on record counts from when it was made", () => {
    const [row] = rowsOf("42 SUCCESSFUL 10").map(({ arn, status, taskDefinition, createdAt }) => ({
      arn,
      status,
      taskDefinition,
      createdAt,
    }));
    if (row === undefined) throw new Error("no row");
    expect(provenRevisions([row], "vulcan-prod:43", NOW)).toEqual([
      { taskDefinition: "vulcan-prod:42", since: row.createdAt, ranSeconds: 10 * HOUR },
    ]);
  });
});
