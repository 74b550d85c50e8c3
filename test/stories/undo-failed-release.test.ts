import { BatchDeleteImageCommand, ECRClient } from "@aws-sdk/client-ecr";
import { DescribeTaskDefinitionCommand, ECSClient } from "@aws-sdk/client-ecs";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { eventsOf, mutations, openRig, type Rig, serviceRevision, vulcanOps } from "../support/sandbox-harness.ts";
import { eventOf, rollback } from "../support/stories/rollout.ts";

let rig: Rig;
beforeAll(async () => {
  rig = await openRig("bad-release", 120);
});
afterAll(() => rig.close());

const undo = (id: string, ...flags: readonly string[]) =>
  vulcanOps(["undo", id, "--state-dir", rig.stateDir, "--yes", "--expect-current", "42", ...flags], { columns: 500 });

async function rolledBack(...flags: readonly string[]) {
  const outcome = await rollback(rig, 43, 42, ...flags);
  expect(outcome.code).toBe(0);
  return { id: eventsOf(outcome.stdout)[0]?.execution ?? "", ended: eventOf(outcome, "execution.ended") };
}

describe("the undo of a rollback from a release whose tasks failed", () => {
  beforeEach(() => rig.sandbox.reset("bad-release"));

  it.each([
    ["by stopping its deployment", []],
    ["by an update", ["--by", "update"]],
  ] as const)("%s: says how it failed, and takes nothing less than `redeploy 43`", async (_name, flags) => {
    const { id } = await rolledBack(...flags);
    const before = mutations(rig.sandbox);
    const short = await undo(id, "--confirm", "43");
    expect(short.code).toBe(6);
    expect(short.stderr).toContain("--confirm 'redeploy 43'");
    expect(short.stderr).toMatch(
      /WARN +vulcan-prod:43 is the release you rolled back: \d+ of its tasks (failed their health checks|ended by themselves|could not start) .* ago/,
    );
    expect(mutations(rig.sandbox)).toEqual(before);

    const full = await undo(id, "--confirm", "redeploy 43", "--output", "ndjson");
    expect(eventOf(full, "step.confirmed")).toMatchObject({ phase: "undo", how: "flag" });
    expect(mutations(rig.sandbox)).toEqual([...before, "UpdateService"]);
    expect(eventOf(full, "step.planned", "revert").findings.map(({ code }) => code)).toContain("preflight");
  });

  it("asks for it, too, where nothing tells how the release was deployed last", async () => {
    const { id } = await rolledBack();
    // While its deployment is still among the service's, that one tells.
    await expect.poll(() => rig.sandbox.state().services[0]?.deployments.length).toBe(1);
    const times = Number.POSITIVE_INFINITY;
    for (const operation of ["ListServiceDeployments", "ListTasks"])
      rig.sandbox.inject({ operation, when: "before", kind: "access-denied", times });
    const { code, stderr } = await undo(id, "--confirm", "43");
    rig.sandbox.clearFaults();
    expect(code).toBe(6);
    expect(stderr).toContain("not known whether the last deployment of vulcan-prod:43 failed");
  });

  it("is not among what a good end proposes", async () => {
    const { id, ended } = await rolledBack();
    expect(ended.next).toEqual(["vulcan-ops watch --for 10m", `vulcan-ops show ${id} --state-dir ${rig.stateDir}`]);
  });
});

describe("the undo of a rollback", () => {
  it("runs the preflight of a rollback: an image that is gone stops it before anything is sent", {
    tags: ["variant"],
  }, async () => {
    await rig.sandbox.reset("bad-but-healthy");
    const { id } = await rolledBack();
    const before = mutations(rig.sandbox);
    const ecs = new ECSClient({});
    const release = await ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition: "vulcan-prod:43" }));
    const imageTag = release.taskDefinition?.containerDefinitions?.[0]?.image?.split(":").at(-1);
    const gone = { repositoryName: "vulcan", imageIds: [{ imageTag }] };
    await new ECRClient({}).send(new BatchDeleteImageCommand(gone));
    const outcome = await undo(id, "--confirm", "43", "--output", "ndjson");
    expect(outcome.code).toBe(11);
    expect(eventOf(outcome, "execution.ended").reason).toBe("image-gone");
    expect(mutations(rig.sandbox).filter((name) => name !== "BatchDeleteImage")).toEqual(before);
    expect(serviceRevision(rig.sandbox)).toBe("vulcan-prod:42");
  });
});
