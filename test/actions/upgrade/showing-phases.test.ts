import { expect, it } from "vitest";
import type { RolloutContext } from "../../../src/actions/ecs/rollout/monitor.ts";
import { showingPhases } from "../../../src/actions/upgrade/showing-phases.ts";
import type { Action } from "../../../src/domain/action.ts";
import type { ActionServices, ActionVerifyContext } from "../../../src/domain/services.ts";
import { waitingFor, worldOf } from "../support.ts";
import { BEGAN, blocked, draining } from "./moments.ts";

/** An action whose wait reads this and reports that. */
const actionThat = (work: (context: RolloutContext) => void): Action<ActionServices> => ({
  name: "upgrade.deploy",
  summary: "",
  risk: "change",
  inputs: {},
  outputs: {},
  observe: async () => ({ kind: "observed", value: null }),
  plan: () => ({ summary: "", changes: [], findings: [], outputs: {} }),
  verify: async (_given, _attempt, context) => {
    work(context);
    return { kind: "true", text: "" };
  },
});

async function reported(work: (context: RolloutContext) => void, change: Partial<ActionVerifyContext> = {}) {
  const texts: string[] = [];
  const context = { ...waitingFor(worldOf(), 600), ...change, progress: (text: string) => texts.push(text) };
  const attempt = { confirmedAt: BEGAN, outputs: {} };
  await showingPhases(actionThat(work)).verify?.({ taskDefinition: "vulcan-prod:43" }, attempt, context);
  return texts;
}

it("a wait tells the phase that lasts, as --follow does, with the log, who blocks it, and ECS's last word", async () => {
  const block = "vulcan (PID 8) waits for AccessExclusiveLock on documents behind report (PID 7)";
  const lines = [
    "0 of 3 tasks of vulcan-prod:43 healthy",
    "ECS: (service vulcan-prod) has started 3 tasks",
    'log: INF Applying migration version=8 description="Add x"',
    block,
  ];
  const [text] = await reported(({ observer, progress }) => {
    observer?.polled(blocked.snapshot, []);
    progress(lines.join("\n"));
  });
  expect(text?.split("\n")).toEqual(["4/7 migrations, in progress: version 8 “Add x”", ...lines.slice(1)]);
});

it("more than one phase may last, and what ends a phase is told before the next begins", async () => {
  const [text] = await reported(({ observer, progress }) => {
    observer?.polled(draining.snapshot, []);
    progress("serving");
  });
  expect(text?.split("\n")).toEqual([
    "6/7 drain, in progress: 2 old tasks drain",
    "7/7 old tasks stop, in progress: 1/3 gone; 1 killed (exit 137): longer than the stopTimeout",
  ]);
});

it("before the first read, where reads fail and in an undo, the wait's own words stay", async () => {
  const silent = await reported(({ progress }) => progress("nothing yet"));
  expect(silent).toEqual(["nothing yet"]);
  const failing = await reported(({ observer, progress }) => {
    observer?.polled(blocked.snapshot, []);
    progress("cannot read the service (for 8 s)");
  });
  expect(failing).toEqual(["cannot read the service (for 8 s)"]);
  const undone = await reported((context) => context.progress(context.observer === undefined ? "plain" : "phases"), {
    isUndo: true,
  });
  expect(undone).toEqual(["plain"]);
});
