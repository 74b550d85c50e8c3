import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { mutations, openRig, type Rig, serviceRevision, vulcanOps } from "../support/sandbox-harness.ts";
import { IMAGE, otherImageRunbook } from "../support/stories/other-image.ts";

let rig: Rig;
let file: string;

beforeAll(async () => {
  rig = await openRig("bad-but-healthy");
  file = otherImageRunbook(rig.stateDir);
});
beforeEach(() => rig.sandbox.reset("bad-but-healthy"));
afterAll(() => rig.close());

const run = (image: string) =>
  vulcanOps(
    ["run", file, "--input", `image=${image}`, "--yes", "--expect-current", "43", "--state-dir", rig.stateDir],
    { columns: 300 },
  );

const definition = async (revision: number) => {
  const { ECSClient, DescribeTaskDefinitionCommand } = await import("@aws-sdk/client-ecs");
  return new ECSClient({}).send(
    new DescribeTaskDefinitionCommand({ taskDefinition: `vulcan-prod:${revision}`, include: ["TAGS"] }),
  );
};

it("a copy differs in its image and in nothing else, and is what the service then runs", async () => {
  const { code, stderr } = await run(IMAGE);
  expect(stderr).toContain("image 111122223333.dkr.ecr.eu-west-1.amazonaws.com/vulcan:1.43.0 → ");
  expect({ code, runs: serviceRevision(rig.sandbox), writes: mutations(rig.sandbox) }).toEqual({
    code: 0,
    runs: "vulcan-prod:44",
    writes: ["RegisterTaskDefinition", "UpdateService"],
  });
  const [old, copy] = await Promise.all([definition(43), definition(44)]);
  const container = old.taskDefinition?.containerDefinitions?.[0];
  expect(copy.taskDefinition).toEqual({
    ...old.taskDefinition,
    revision: 44,
    taskDefinitionArn: old.taskDefinition?.taskDefinitionArn?.replace(/43$/, "44"),
    registeredAt: copy.taskDefinition?.registeredAt,
    containerDefinitions: [{ ...container, image: IMAGE }],
  });
});

it("an undo goes back, and leaves the copy, which nothing runs", async () => {
  await run(IMAGE);
  const undo = ["undo", "--yes", "--expect-current", "44", "--state-dir", rig.stateDir];
  const { code, stderr } = await vulcanOps(undo, { columns: 300 });
  expect({ code, runs: serviceRevision(rig.sandbox) }).toEqual({ code: 0, runs: "vulcan-prod:43" });
  expect(stderr).toMatch(
    /END +Undone: rolled back vulcan-prod to 1\.43\.0 \(:43\)\. Next: [\s\S]*Result +left where it is: Register a copy with that image: an unused revision/,
  );
  expect((await definition(44)).taskDefinition?.status).toBe("ACTIVE");
});

it("the answer is lost: the copy is known by its tag, and no second one is made", async () => {
  rig.sandbox.inject({ kind: "reset", operation: "RegisterTaskDefinition", when: "after", times: 1 });
  const { code } = await run(IMAGE);
  expect({ code, runs: serviceRevision(rig.sandbox) }).toEqual({ code: 0, runs: "vulcan-prod:44" });
  expect(mutations(rig.sandbox)).toEqual(["RegisterTaskDefinition", "UpdateService"]);
});

it("the request never arrives: nothing has changed", async () => {
  rig.sandbox.inject({
    kind: "reset",
    operation: "RegisterTaskDefinition",
    when: "before",
    times: Number.POSITIVE_INFINITY,
  });
  const { code } = await run(IMAGE);
  expect({ code, runs: serviceRevision(rig.sandbox) }).toEqual({ code: 1, runs: "vulcan-prod:43" });
  await expect(definition(44)).rejects.toThrow(/Unable to describe|not found/i);
});

it("the image that it runs already: nothing is registered", async () => {
  const { code } = await run(IMAGE.replace("1.42.0", "1.43.0"));
  expect({ code, writes: mutations(rig.sandbox) }).toEqual({ code: 0, writes: [] });
});
