import { describe, expect, it } from "vitest";
import { muteRuleText, type OwnMuteRule, sizeInMuteRule } from "../../../src/domain/aws/alarms.ts";
import { commandLine } from "../../../src/domain/command-line.ts";
import type { UnfinishedExecution } from "../../../src/domain/status/target-status.ts";
import { type Traces, unfinishedOn } from "../../../src/domain/status/unfinished.ts";
import { type Unfinished, unfinishedText } from "../../../src/domain/unfinished.ts";

const target = { name: "prod", cluster: "c", service: "vulcan", database: "d", production: true } as Traces["target"];
const EXECUTION: UnfinishedExecution = {
  execution: "k7m2",
  what: "maintenance-window",
  state: "interrupted",
  since: "2026-04-10T11:00:00Z",
  operator: "ops",
  holdsLock: false,
};
const RULE: OwnMuteRule = { name: "vulcan-ops-vulcan-202604101100", status: "ACTIVE", size: 3 };
const SIZE: Unfinished = {
  kind: "size",
  what: "service vulcan: desired tasks",
  before: 3,
  now: 1,
  command: commandLine`vulcan-ops resume k7m2`,
};

const found = (executions: readonly UnfinishedExecution[], rules: readonly OwnMuteRule[] = [], desired = 1) =>
  unfinishedOn({
    target,
    leftovers: { known: true, value: executions },
    muteRules: { known: true, value: rules },
    service: { known: true, value: { name: "vulcan", desired } },
  });

describe("what is unfinished on a target", () => {
  it("is nothing where one task runs and nobody knows of another size", () => {
    expect(found([])).toEqual([]);
    expect(found([EXECUTION])).toEqual([]);
  });

  it("is what a journal knows, with the command that puts it back", () => {
    expect(found([{ ...EXECUTION, unfinished: [SIZE] }])).toEqual([SIZE]);
    expect(unfinishedText(SIZE)).toBe("service vulcan: desired tasks 1, before 3");
  });

  it("is what a mute rule of another machine knows: the rule, and the size that it names", () => {
    expect(found([], [RULE])).toMatchObject([
      { kind: "mute-rule", command: expect.stringContaining(`--alarm-mute-rule-name ${RULE.name}`) },
      {
        kind: "size",
        before: 3,
        now: 1,
        command: "aws ecs update-service --cluster c --service vulcan --desired-count 3",
      },
    ]);
    expect(found([], [RULE], 0).map(({ kind }) => kind)).toEqual(["mute-rule", "fence"]);
    expect(found([], [RULE], 4).map(({ kind }) => kind)).toEqual(["mute-rule"]);
    expect(found([], [{ name: RULE.name, status: "ACTIVE" }]).map(({ kind }) => kind)).toEqual(["mute-rule"]);
  });

  it("is not named twice where the journal of that run is here", () => {
    const muted = { ...SIZE, kind: "mute-rule" } as const;
    expect(found([{ ...EXECUTION, unfinished: [SIZE, muted] }], [RULE])).toEqual([SIZE, muted]);
  });

  it.each(["running", "elsewhere"] as const)(
    "is nothing while an execution is %s: what it changed is intended",
    (state) => {
      expect(found([{ ...EXECUTION, state, holdsLock: true }], [RULE])).toEqual([]);
    },
  );

  it.each([
    ["ended", "vulcan-ops unlock k7m2"],
    ["interrupted", "vulcan-ops resume k7m2"],
  ] as const)("is the lock of a process that has ended, where its execution is %s", (state, command) => {
    expect(found([{ ...EXECUTION, state, holdsLock: true }])).toMatchObject([
      { kind: "lock", before: "free", command },
    ]);
  });
});

it.each([
  [muteRuleText(3), 3],
  [muteRuleText(0), 0],
  [muteRuleText(undefined), undefined],
  ["of somebody else. Before it: many tasks", undefined],
  [undefined, undefined],
])("a mute rule says which size the service had: %s", (text, size) => {
  expect(sizeInMuteRule(text)).toBe(size);
});
