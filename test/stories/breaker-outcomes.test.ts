import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { mutations, openRig, type Rig, serviceRevision } from "../support/sandbox-harness.ts";
import { deploy, eventOf, rollback, waitFor } from "../support/stories/rollout.ts";

/**
 * The report waits 20 s for a breaker that is about to act. At speed 120 those are 0.17 s, which a busy machine loses
 * between two reads: at this speed they are longer than any pause of the machine.
 */
const SPEED = 20;

let rig: Rig;
beforeAll(async () => {
  rig = await openRig("revert-fails", SPEED);
});
afterAll(() => rig.close());

describe("a circuit breaker that acts during the wait", () => {
  it("43 was bad but COMPLETED, and 42 does not come up: the breaker put 43 back, said so with all that led to it", async () => {
    await rig.sandbox.reset("revert-fails");
    const outcome = await rollback(rig, 43, 42);
    expect(outcome.code).toBe(1);
    const failed = eventOf(outcome, "step.failed", "rollout");
    expect(failed.reason).toBe("breaker-rollback");
    expect(failed.text).toMatch(/^the circuit breaker stopped vulcan-prod:42 and restored vulcan-prod:43/);
    expect(failed.text).toMatch(/Traffic is served by 3 healthy tasks of vulcan-prod:43 \(3 wanted\)$/);
    expect(failed.evidence[0]).toMatch(/^3 × Task failed ELB health checks/);
    expect(failed.evidence).toContainEqual(expect.stringContaining("Health checks failed with these codes: [503]"));
    expect(failed.evidence).toContain("circuit breaker: 3 of 3 failed tasks");
    expect(failed.evidence).toContain("next: ECS brings vulcan-prod:43 up to 3 tasks and leaves it at that");
    expect(failed.evidence).toContainEqual(expect.stringMatching(/^last \d+ log lines of vulcan in task \w+ /));
    expect(failed.evidence.at(-1)).toContain("listening");
    expect(failed.next).toHaveLength(3);
    expect(mutations(rig.sandbox)).toEqual(["UpdateService"]);
    expect(serviceRevision(rig.sandbox)).toBe("vulcan-prod:43");
  });

  it("a release that fails, and a breaker that puts 42 back: no success for 43, however stable the service is", async () => {
    await rig.sandbox.reset("breaker-rolls-back");
    await deploy(43);
    const outcome = await waitFor(rig, 43);
    expect(outcome.code).toBe(1);
    expect(eventOf(outcome, "step.failed").text).toMatch(/stopped vulcan-prod:43 and restored vulcan-prod:42/);
  });
});
