import { describe, expect, it } from "vitest";
import type { HistoryRow } from "../../../src/domain/aws/ecs.ts";
import { rankRevisions } from "../../../src/domain/aws/revision-history.ts";
import type { RevisionMark } from "../../../src/domain/failed-revision.ts";
import { NOW, rowsOf } from "../../actions/support.ts";

const HOUR = 3600;

/** Revision and hours of service, newest first. */
function proven(current: number, ...lines: readonly string[]): [number, number][] {
  return rankRevisions(rowsOf(...lines), `vulcan-prod:${current}`, NOW).proven.map(({ taskDefinition, ranSeconds }) => [
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
    [
      "not one that was left for a copy of the revision before it, whoever registered that",
      44,
      ["44 SUCCESSFUL 1 a", "43 SUCCESSFUL 6 b", "42 SUCCESSFUL 10 a", "41 SUCCESSFUL 30 c"],
      [
        [42, 3.9],
        [41, 19.9],
      ],
    ],
    [
      "one with the same images as what came after it: other settings are no way back",
      44,
      ["44 SUCCESSFUL 1 b", "43 SUCCESSFUL 6 b", "42 SUCCESSFUL 10 a"],
      [
        [43, 4.9],
        [42, 3.9],
      ],
    ],
    [
      "one whose images ECS has not resolved: nothing follows from them",
      44,
      ["44 SUCCESSFUL 1 a", "43 SUCCESSFUL 6", "42 SUCCESSFUL 10 a"],
      [
        [43, 4.9],
        [42, 3.9],
      ],
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
    expect(rankRevisions([row], "vulcan-prod:43", NOW).proven).toEqual([
      { taskDefinition: "vulcan-prod:42", since: row.createdAt, ranSeconds: 10 * HOUR, deployment: "d0" },
    ]);
  });

  it("says of the others why they are passed over", () => {
    const rows = rowsOf("44 SUCCESSFUL 1", "42 SUCCESSFUL 2", "43 SUCCESSFUL 6", "40 ROLLBACK_SUCCESSFUL 8");
    expect(rankRevisions(rows, "vulcan-prod:44", NOW).rejected).toEqual([
      {
        taskDefinition: "vulcan-prod:43",
        why: expect.stringMatching(/^the service has gone back from it to vulcan-prod:42, at /),
      },
      { taskDefinition: "vulcan-prod:40", why: expect.stringMatching(/failed \(ROLLBACK_SUCCESSFUL\)$/) },
    ]);
    expect(rankRevisions(rows, "vulcan-prod:42", NOW).rejected[0]?.why).toBe(
      "the service has gone back from it to vulcan-prod:42",
    );
  });
});

describe("what a service has gone back from", () => {
  /** `web:1 SUCCESSFUL 2` */
  const named = (...lines: readonly string[]): HistoryRow[] =>
    lines.map((line, index) => {
      const [taskDefinition = "", ...rest] = line.split(" ");
      const [row] = rowsOf(["1", ...rest].join(" "));
      return { ...(row as HistoryRow), arn: `d${index}`, taskDefinition };
    });
  const judge = (rows: readonly HistoryRow[], current: string, marks: readonly RevisionMark[] = []) => {
    const { proven, rejected } = rankRevisions(rows, current, NOW, marks);
    const names = (list: readonly { readonly taskDefinition: string }[]) =>
      list.map(({ taskDefinition }) => taskDefinition);
    return { proven: names(proven), passedOver: names(rejected) };
  };

  it("is nothing to return to, also where it is of another family", () => {
    const rows = named("prod:43 SUCCESSFUL 1", "web:1 SUCCESSFUL 2", "prod:43 SUCCESSFUL 5", "prod:42 SUCCESSFUL 10");
    expect(judge(rows, "prod:43")).toEqual({ proven: ["prod:42"], passedOver: ["web:1"] });
  });

  it("stays so once the next release is out", () => {
    const rows = named("web:2 SUCCESSFUL 1", "prod:43 SUCCESSFUL 2", "web:1 SUCCESSFUL 4", "prod:43 SUCCESSFUL 9");
    expect(judge(rows, "web:2")).toEqual({ proven: ["prod:43"], passedOver: ["web:1"] });
  });

  it("is told by the order, not by the numbers: a lower one that came later has been moved to", () => {
    const rows = named("a:7 SUCCESSFUL 1", "b:2 SUCCESSFUL 2", "c:9 SUCCESSFUL 5", "b:1 SUCCESSFUL 10");
    expect(judge(rows, "a:7")).toEqual({ proven: ["b:2", "c:9", "b:1"], passedOver: [] });
  });

  it("is all that came after the one which was gone back to", () => {
    const rows = named(
      "a:1 SUCCESSFUL 1",
      "c:1 SUCCESSFUL 2",
      "b:1 SUCCESSFUL 5",
      "a:1 SUCCESSFUL 9",
      "z:1 SUCCESSFUL 20",
    );
    expect(judge(rows, "a:1")).toEqual({ proven: ["z:1"], passedOver: ["c:1", "b:1"] });
  });

  it("is told by the number where the deployment before is no longer on record", () => {
    const rows = named("prod:42 SUCCESSFUL 1", "prod:43 SUCCESSFUL 2");
    expect(judge(rows, "prod:42")).toEqual({ proven: [], passedOver: ["prod:43"] });
  });

  it("is told where nothing of the going back is on record but the service itself", () => {
    const rows = named("web:1 SUCCESSFUL 2", "prod:43 SUCCESSFUL 5", "prod:42 SUCCESSFUL 10");
    expect(judge(rows, "prod:43")).toEqual({ proven: ["prod:42"], passedOver: ["web:1"] });
  });

  it("is told by our own record where a copy has a number of its own", () => {
    const rows = named("prod:44 SUCCESSFUL 1", "prod:43 SUCCESSFUL 5", "prod:42 SUCCESSFUL 10");
    const [{ createdAt = "" } = {}] = rows;
    const mark = { taskDefinition: "prod:43", leftFor: "prod:44", sentAt: createdAt, at: createdAt, execution: "abc" };
    expect(judge(rows, "prod:44").proven).toEqual(["prod:43", "prod:42"]);
    expect(judge(rows, "prod:44", [mark])).toEqual({ proven: ["prod:42"], passedOver: ["prod:43"] });
    const elsewhere = { ...mark, sentAt: "2026-01-01T00:00:00.000Z", at: "2026-01-01T00:01:00.000Z" };
    expect(judge(rows, "prod:44", [elsewhere]).proven).toEqual(["prod:43", "prod:42"]);
  });
});
