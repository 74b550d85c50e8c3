import { expect, it } from "vitest";
import { imageProof } from "../../../src/actions/upgrade/image-proof.ts";
import type { ActionVerifyContext } from "../../../src/domain/services.ts";

const [CHECKED, OTHER] = [`sha256:${"a1".repeat(32)}`, `sha256:${"b2".repeat(32)}`];

/** What the newest deployment of :43 brought. */
const deployed = (images?: string) => {
  const history = async () => [
    { taskDefinition: "vulcan-prod:43", ...(images !== undefined && { images }) },
    { taskDefinition: "vulcan-prod:43", images: "vulcan=sha256:older" },
  ];
  const context = { services: { aws: { ecs: { history } } }, target: {} } as unknown as ActionVerifyContext;
  return imageProof("vulcan-prod:43", CHECKED, context);
};

it("says whether ECS deployed the digests that were checked", async () => {
  expect(await deployed(`vulcan=${CHECKED}`)).toEqual(["digest as checked"]);
  expect(await deployed(`proxy=${CHECKED} vulcan=${OTHER}`)).toEqual([
    "ANOTHER IMAGE than was checked: sha256:b2b2b2b2b2b2",
  ]);
  expect(await deployed()).toEqual(["digest not read"]);
});
