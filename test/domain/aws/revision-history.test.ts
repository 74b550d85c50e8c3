import { describe, expect, it } from "vitest";
import { judgeHistory } from "../../../src/domain/aws/revision-history.ts";
import { NOW, rowsOf } from "../../actions/support.ts";

const HOUR = 3600;

/** Revision and hours of service, newest first. */
function proven(current: number, ...lines: readonly string[]): [number, number][] {
  return judgeHistory(rowsOf(...lines), `vulcan-prod:${current}`, NOW).proven.map(({ taskDefinition, ranSeconds }) => [
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
      "come back later is a run of its own, named once; what was left for an earlier one is not proven",
      43,
      ["43 SUCCESSFUL 2", "41 SUCCESSFUL 4", "42 SUCCESSFUL 6", "41 SUCCESSFUL 10"],
      [[41, 1.9]],
    ],
    [
      "after the circuit breaker has gone back by itself",
      42,
      ["43 ROLLBACK_SUCCESSFUL 2", "42 SUCCESSFUL 10", "41 SUCCESSFUL 30"],
      [[41, 19.9]],
    ],
    [
      "a revision that was left for an earlier one, and deployed again later, for good",
      44,
      ["44 SUCCESSFUL 1", "43 SUCCESSFUL 2", "42 SUCCESSFUL 4", "43 SUCCESSFUL 6", "42 SUCCESSFUL 10"],
      [
        [43, 0.9],
        [42, 1.9],
      ],
    ],
    [
      "not one from which a revert was begun, even if that was overtaken",
      44,
      ["44 SUCCESSFUL 1", "42 STOPPED 2", "43 SUCCESSFUL 6", "42 SUCCESSFUL 10"],
      [[42, 3.9]],
    ],
    [
      "an attempt that ECS took back is nobody's going back",
      44,
      ["44 SUCCESSFUL 1", "41 ROLLBACK_SUCCESSFUL 2", "43 SUCCESSFUL 6"],
      [[43, 3.9]],
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
    expect(judgeHistory([row], "vulcan-prod:43", NOW).proven).toEqual([
      { taskDefinition: "vulcan-prod:42", since: row.createdAt, ranSeconds: 10 * HOUR, deployment: "d0" },
    ]);
  });

  it("says of the others why they are passed over", () => {
    const rows = rowsOf("44 SUCCESSFUL 1", "42 SUCCESSFUL 2", "43 SUCCESSFUL 6", "40 ROLLBACK_SUCCESSFUL 8");
    expect(judgeHistory(rows, "vulcan-prod:44", NOW).passedOver).toEqual([
      {
        taskDefinition: "vulcan-prod:43",
        why: expect.stringMatching(/^somebody went back from it to vulcan-prod:42 at /),
      },
      { taskDefinition: "vulcan-prod:40", why: expect.stringMatching(/failed \(ROLLBACK_SUCCESSFUL\)$/) },
    ]);
    expect(judgeHistory(rows, "vulcan-prod:42", NOW).passedOver[0]?.why).toMatch(/^newer than what runs now/);
  });
});
