import { expect, test } from "vitest";
import { imageVersion, releaseChange, releaseName } from "../../src/domain/release.ts";

const ECR = "111122223333.dkr.ecr.eu-west-1.amazonaws.com/vulcan";
const release = (revision: string, tag?: string) => ({
  taskDefinition: revision,
  ...(tag !== undefined && { image: `${ECR}${tag}` }),
});

test.each([
  [`${ECR}:1.42.0`, "1.42.0"],
  [`${ECR}:v2.0.0-rc.1`, "2.0.0-rc.1"],
  [`${ECR}:1.42.0@sha256:${"a".repeat(64)}`, "1.42.0"],
  ["localhost:5000/vulcan", undefined],
  [`${ECR}@sha256:${"a".repeat(64)}`, undefined],
  [`${ECR}:latest`, undefined],
  [`${ECR}:3f2a91c`, undefined],
  [`${ECR}:20261128`, undefined],
])("%s is of version %s", (image, version) => {
  expect(imageVersion(image)).toBe(version);
});

test("a release is its version with the revision in brackets, or the revision alone", () => {
  expect(releaseName(release("vulcan-prod:42", ":1.42.0"), "vulcan-prod")).toBe("1.42.0 (:42)");
  expect(releaseName(release("vulcan-prod:42"), "vulcan-prod")).toBe(":42");
  expect(releaseName(release("vulcan-web:1", ":1.42.0"), "vulcan-prod")).toBe("1.42.0 (vulcan-web:1)");
});

test.each([
  [":1.43.0", ":1.42.0", "1.43.0 (:43) → 1.42.0 (:42)"],
  [":1.42.0", ":1.42.0", ":43 → :42 (both 1.42.0)"],
  [":latest", ":1.42.0", ":43 → :42"],
  [":latest", ":latest", ":43 → :42"],
])("from %s to %s is %s", (from, to, text) => {
  expect(releaseChange(release("vulcan-prod:43", from), release("vulcan-prod:42", to), "vulcan-prod")).toBe(text);
});
