import { afterAll, beforeAll, expect, test } from "vitest";
import { type Sandbox, startSandbox } from "../../src/sandbox/index.ts";
import { jsonCall } from "./http-call.ts";
import { clients, deploy, until } from "./support.ts";

let sandbox: Sandbox;

beforeAll(async () => {
  sandbox = await startSandbox({ scenario: "tag-moved", speed: 300 });
});
afterAll(() => sandbox.stop());

const ecr = (operation: string, input: object) =>
  jsonCall(sandbox, `AmazonEC2ContainerRegistry_V20150921.${operation}`, { repositoryName: "vulcan", ...input });

test("images are described by tag and digest; one whose tag has moved keeps its digest and has no tag", async () => {
  const { value } = await ecr("DescribeImages", {});
  const byTag = await ecr("DescribeImages", { imageIds: [{ imageTag: "1.42.0" }] });
  const untagged = await ecr("DescribeImages", { filter: { tagStatus: "UNTAGGED" } });
  expect(value.imageDetails).toHaveLength(7);
  expect(byTag.value.imageDetails[0]).toMatchObject({ imageTags: ["1.42.0"], imagePushedAt: expect.any(Number) });
  expect(untagged.value.imageDetails).toHaveLength(1);
  expect(untagged.value.imageDetails[0].imageDigest).not.toBe(byTag.value.imageDetails[0].imageDigest);
  expect(untagged.value.imageDetails[0].imageTags).toBeUndefined();
});

test("what is missing is named: by an error, or as a failure of a Batch call", async () => {
  const missing = await ecr("DescribeImages", { imageIds: [{ imageTag: "9.9.9" }] });
  expect(missing).toMatchObject({ status: 400, value: { __type: "ImageNotFoundException" } });
  const elsewhere = await ecr("DescribeImages", { repositoryName: "other" });
  expect(elsewhere.value.__type).toBe("RepositoryNotFoundException");
  const { value } = await ecr("BatchGetImage", { imageIds: [{ imageTag: "1.43.0" }, { imageTag: "9.9.9" }] });
  expect(value.images).toMatchObject([
    { imageId: { imageTag: "1.43.0", imageDigest: expect.stringMatching(/^sha256:/) } },
  ]);
  expect(value.failures).toMatchObject([{ failureCode: "ImageNotFound" }]);
});

test("an image deleted by digest cannot be pulled any more", async () => {
  const imageIds = [{ imageTag: "1.41.0" }];
  const { value } = await ecr("DescribeImages", { imageIds });
  await ecr("BatchDeleteImage", { imageIds: [{ imageDigest: value.imageDetails[0].imageDigest }] });
  await deploy(clients(sandbox).ecs, 41);
  await until(sandbox, (now) => now.tasks.some(({ stoppedReason }) => /^CannotPull/.test(stoppedReason ?? "")));
});
