import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openRig, type Rig } from "../support/rig.ts";
import {
  busiestMinute,
  deploy,
  eventOf,
  momentOf,
  progressOf,
  rollback,
  troubleAfterWrite,
  waitFor,
} from "./rollout-support.ts";

let rig: Rig;
beforeAll(async () => {
  rig = await openRig("healthy", 120);
});
afterAll(() => rig.close());

describe("x", () => {
  it.each(["revert-fails"])("%s", async (s) => {
    await rig.sandbox.reset(s);
    const o = await rollback(rig, 43, 42);
    console.log(JSON.stringify(eventOf(o, "step.failed"), null, 1), eventOf(o, "execution.ended"));
    console.log(busiestMinute(rig.sandbox));
  });
  it.each(["image-missing", "secret-missing", "crash-loop", "health-failing", "no-capacity"])("%s", async (s) => {
    await rig.sandbox.reset(s);
    const o = await waitFor(rig, 43, [], 400);
    console.log(JSON.stringify(eventOf(o, "execution.ended"), null, 1));
    if (s !== "no-capacity") console.log(JSON.stringify(eventOf(o, "step.failed"), null, 1));
    console.log(progressOf(o).slice(-2));
    console.log(busiestMinute(rig.sandbox));
  });
  it("bad but healthy", async () => {
    await rig.sandbox.reset("bad-but-healthy");
    await deploy(42);
    const moment = momentOf(
      rig.sandbox,
      (state) =>
        state.services[0]?.deployments[0]?.rolloutState === "COMPLETED" &&
        state.services[0]?.taskDefinition === "vulcan-prod:42",
    );
    const o = await waitFor(rig, 42);
    const at = Date.parse(eventOf(o, "step.verified").at);
    console.log(eventOf(o, "step.verified"), at - (await moment), progressOf(o).slice(-3), busiestMinute(rig.sandbox));
    const d = await waitFor(rig, 42, ["until: drained"]);
    console.log(eventOf(d, "step.verified"), progressOf(d).slice(-3), busiestMinute(rig.sandbox));
  });
});
