import { describe, expect, it } from "vitest";
import type { MachineInput } from "../../../src/domain/fleet/machine-input.ts";
import { fleetStatus, type TableItem, type TargetEvent } from "../../../src/domain/fleet/run.ts";
import { groupedBy } from "../../../src/domain/grouped.ts";

const RUN = "revert-42";
const wave = (name: string, targets: readonly string[], tolerated = 0) => ({
  ...{ name, approval: name === "rest", approvalSeconds: 60, concurrency: 2, tolerated, size: targets.length },
  targets: targets.map((target) => ({ target, id: `id${target}`, plan: `plan:${RUN}/${target}`, jitter: 0 })),
});
const INPUT: MachineInput = {
  run: RUN,
  digest: "d1",
  from: "2026-04-10T03:00:00.000Z",
  until: "2026-04-10T06:00:00.000Z",
  waves: [wave("canary", ["a"]), wave("rest", ["b", "c", "d"], 1)],
};

const brake = (sk: string, failed: number, tolerated: number, more: object = {}): TableItem => ({
  ...{ pk: `brake#${RUN}`, sk, failed, tolerated },
  ...more,
});
const at = (minute: number) => `2026-04-10T03:${String(minute).padStart(2, "0")}:00.000Z`;
const began = (target: string, minute = 0): TargetEvent => ({
  execution: `id${target}`,
  at: at(minute),
  type: "execution.started",
});
const step = (target: string, minute: number): TargetEvent => ({
  execution: `id${target}`,
  at: at(minute),
  type: "step.confirmed",
  step: "revert",
});
const ended = (target: string, exitCode: number, minute = 9): TargetEvent => ({
  execution: `id${target}`,
  at: at(minute),
  type: "execution.ended",
  exitCode,
});
const done = (target: string) => [began(target), step(target, 1), ended(target, 0)];

const NOW = Date.parse(at(30));

function told(items: readonly TableItem[], events: readonly TargetEvent[], now = NOW) {
  const { state, waves } = fleetStatus(INPUT, items, events, now);
  return [state, ...waves.map((one) => `${one.state}: ${one.targets.map((target) => target.state).join(", ")}`)];
}

describe("the status of a run, folded from the table", () => {
  const ASKED: TableItem = { pk: `approval#${RUN}`, sk: "rest", token: "t", digest: "d1" };
  const YES: TableItem = { pk: `approved#${RUN}`, sk: "rest", by: "arn:ana", at: at(10) };
  const CANARY = brake("canary", 0, 0);

  const cases: readonly (readonly [string, readonly TableItem[], readonly TargetEvent[], readonly string[]])[] = [
    ["nothing has begun", [], [], ["waiting", "waiting: waiting", "waiting: waiting, waiting, waiting"]],
    [
      "a worker got SIGTERM, and is started again",
      [CANARY],
      [began("a"), step("a", 1), ended("a", 143)],
      ["running", "running: running", "waiting: waiting, waiting, waiting"],
    ],
    [
      "it was stopped, and a worker got SIGTERM: the machine, which runs, starts it again",
      [brake("canary", 0, -1), brake("rest", 0, -1)],
      [began("a"), step("a", 1), ended("a", 143)],
      ["stopped", "stopped: running", "stopped: not started, not started, not started"],
    ],
    [
      "the machine was stopped with its workers",
      [brake("canary", 0, -1, { haltedAt: at(5) }), brake("rest", 0, -1, { haltedAt: at(5) })],
      [began("a"), step("a", 1), ended("a", 143)],
      ["stopped", "stopped: interrupted", "stopped: not started, not started, not started"],
    ],
    [
      "it was stopped, and what runs comes to its own end",
      [brake("canary", 0, -1), brake("rest", 0, -1)],
      [began("a"), step("a", 1), ended("a", 7)],
      ["stopped", "stopped: running", "stopped: not started, not started, not started"],
    ],
    [
      "it was stopped after its first wave, which stays as it was",
      [brake("canary", 0, -1), brake("rest", 0, -1)],
      done("a"),
      ["stopped", "done: done", "stopped: not started, not started, not started"],
    ],
    [
      "the machine was stopped just now, and a worker closes its journal",
      [brake("canary", 0, -1, { haltedAt: at(29) }), brake("rest", 0, -1, { haltedAt: at(29) })],
      [began("a"), step("a", 1)],
      ["stopped", "stopped: running", "stopped: not started, not started, not started"],
    ],
    [
      "the machine was stopped three minutes ago: a worker that did not close its journal was killed",
      [brake("canary", 0, -1, { haltedAt: at(27) }), brake("rest", 0, -1, { haltedAt: at(27) })],
      [began("a"), step("a", 1)],
      ["stopped", "stopped: interrupted", "stopped: not started, not started, not started"],
    ],
    [
      "the machine was stopped after a worker could not tell its outcome: none is started for it again",
      [brake("canary", 0, -1, { haltedAt: at(9) }), brake("rest", 0, -1, { haltedAt: at(9) })],
      [began("a"), step("a", 1), ended("a", 7)],
      ["stopped", "stopped: interrupted", "stopped: not started, not started, not started"],
    ],
    [
      "a canary runs",
      [CANARY],
      [began("a"), step("a", 1)],
      ["running", "running: running", "waiting: waiting, waiting, waiting"],
    ],
    [
      "the second wave waits for a person",
      [CANARY, ASKED],
      done("a"),
      ["approval", "done: done", "approval: waiting, waiting, waiting"],
    ],
    [
      "it was approved, and its brake released",
      [CANARY, ASKED, YES, brake("rest", 0, 1)],
      [...done("a"), began("b", 11)],
      ["running", "done: done", "running: running, waiting, waiting"],
    ],
    [
      "all is done, one of them tolerated",
      [CANARY, ASKED, YES, brake("rest", 1, 1, { "t#c": "1" })],
      [...done("a"), ...done("b"), began("c"), ended("c", 1), ...done("d")],
      ["done", "done: done", "done: done, failed, done"],
    ],
    [
      "a worker failed before its execution had a record",
      [brake("canary", 1, 0, { "t#a": "none" })],
      [],
      ["failed", "braked: never began", "waiting: waiting, waiting, waiting"],
    ],
    [
      "too many failed: what runs is still running, the rest was not started",
      [CANARY, ASKED, YES, brake("rest", 2, 1)],
      [...done("a"), began("b"), ended("b", 1), began("c")],
      ["failed", "done: done", "braked: failed, running, not started"],
    ],
    [
      "a person said no",
      [CANARY, ASKED, { ...YES, rejected: true }],
      done("a"),
      ["failed", "done: done", "rejected: waiting, waiting, waiting"],
    ],
    [
      "stopped by hand",
      [brake("canary", 0, -1), brake("rest", 0, -1)],
      [began("a")],
      ["stopped", "stopped: running", "stopped: not started, not started, not started"],
    ],
    [
      "a worker died once too often: a person resumes it",
      [brake("canary", 1, 0, { "t#a": "137" })],
      [began("a"), step("a", 1)],
      ["failed", "braked: interrupted", "waiting: waiting, waiting, waiting"],
    ],
    [
      "a worker died, and the same execution is continued",
      [CANARY],
      [began("a"), step("a", 1), ended("a", 7, 2)],
      ["running", "running: running", "waiting: waiting, waiting, waiting"],
    ],
  ];
  it.each(cases)("%s", (_name, items, events, expected) => {
    expect(told(items, events)).toEqual(expected);
    // Whatever the order in which the table gives them, and the clocks of the machines that wrote them.
    const times = events.map((event) => event.at).toReversed();
    const otherClocks = events.map((event, place) => ({ ...event, at: times[place] ?? event.at }));
    const byExecution = [...groupedBy(otherClocks, ({ execution }) => execution).values()];
    expect(told(items.toReversed(), byExecution.toReversed().flat())).toEqual(expected);
  });

  it("an approval that was not given in time is over, and so is its run", () => {
    const late = told([CANARY, ASKED], done("a"), Date.parse("2026-04-10T06:00:01Z"));
    expect(late).toEqual(["failed", "done: done", "expired: waiting, waiting, waiting"]);
  });

  it("names who stopped it and when, and until when it waits for its window", () => {
    const stopped = brake("canary", 0, -1, { stoppedBy: "arn:ben", stoppedAt: at(2) });
    const early = fleetStatus(INPUT, [stopped], [], Date.parse("2026-04-10T02:59:59Z"));
    expect(early).toMatchObject({ state: "stopped", begins: INPUT.from });
    expect(early.waves[0]).toMatchObject({ stoppedBy: "arn:ben", stoppedAt: at(2) });
    expect(fleetStatus(INPUT, [], [], NOW)).not.toHaveProperty("begins");
  });

  it("names the step, the exit, who answered and when", () => {
    const { waves } = fleetStatus(INPUT, [CANARY, ASKED, YES], [began("a"), step("a", 1), ended("a", 11)], NOW);
    expect(waves[0]?.targets[0]).toEqual({
      ...{ target: "a", id: "ida", state: "failed", step: "revert", exitCode: 11, at: at(9) },
    });
    expect(waves[1]).toMatchObject({ answeredBy: "arn:ana", answeredAt: at(10) });
  });
});
