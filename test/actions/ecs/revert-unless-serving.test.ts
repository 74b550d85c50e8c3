import { describe, expect, it } from "vitest";
import { revertUnlessServing } from "../../../src/actions/ecs/revert-unless-serving.ts";
import { definitionOf, deploymentOf, fixedClock, serviceOf, TARGET, worldOf } from "../support.ts";

const given = { to: "vulcan-prod:42", from: "vulcan-prod:43" };

async function planned(change: Parameters<typeof serviceOf>[1], more: object = {}) {
  const services = worldOf({ service: serviceOf(43, change), definitions: [42, 43].map((one) => definitionOf(one)) });
  const inputs = { ...given, ...more } as never;
  const observed = await revertUnlessServing.observe(inputs, { services, target: TARGET, clock: fixedClock() });
  if (observed.kind !== "observed") throw new Error("deferred");
  return revertUnlessServing.plan(inputs, observed.value, {});
}

describe("a revision that the window brought and that never came to serve", () => {
  const deployments = [deploymentOf(43, { rollout: "IN_PROGRESS", running: 0 })];

  it("is replaced by the one before; --expect-current, which names that one, is not compared with it", async () => {
    const { proposal } = await planned({ deployments });
    expect(proposal?.operation.input).toMatchObject({ taskDefinition: "vulcan-prod:42" });
    expect(proposal).not.toHaveProperty("current");
  });

  it.each([
    ["it has come to serve after all", {}, {}],
    ["the window says that it serves", { deployments }, { serving: "vulcan-prod:43" }],
  ])("stays where %s", async (_name, change, more) => {
    expect((await planned(change, more)).proposal).toBeUndefined();
  });
});
