import { describe, expect, it } from "vitest";
import { isMeant, namedRevision, revisionText } from "../../../src/domain/aws/named-revision.ts";

const SERVICE = {
  arn: "arn:aws:ecs:eu-west-1:111122223333:service/vulcan-prod/vulcan-prod",
  taskDefinition: "vulcan-web:1",
};
const ARN = "arn:aws:ecs:eu-west-1:111122223333:task-definition/vulcan-prod:43";

describe("the revision that an operator names", () => {
  it.each([
    [43, "vulcan-web:43"],
    ["vulcan-prod:43", "vulcan-prod:43"],
    [ARN, "vulcan-prod:43"],
  ] as const)("%s is %s for a service that runs vulcan-web:1", (written, name) => {
    expect(namedRevision(written, SERVICE)).toBe(name);
  });

  it.each([ARN.replace("111122223333", "999922223333"), ARN.replace("eu-west-1", "us-east-1")])(
    "%s is of another account or region, and no service here can start it",
    (written) => {
      expect(() => namedRevision(written, SERVICE)).toThrow(/the service is in 111122223333 eu-west-1/);
    },
  );

  it("is typed with its family where that differs from the one in use", () => {
    expect(revisionText("vulcan-web:2", SERVICE.taskDefinition)).toBe("2");
    expect(revisionText("vulcan-prod:43", SERVICE.taskDefinition)).toBe("vulcan-prod:43");
    expect(revisionText("vulcan-prod:43", undefined)).toBe("43");
  });
});

describe("a typed text", () => {
  it.each([
    ["43", "43", "vulcan-prod:43", true],
    [":43", "43", "vulcan-prod:43", true],
    ["vulcan-prod:43", "43", "vulcan-prod:43", true],
    [ARN, "43", "vulcan-prod:43", true],
    ["redeploy vulcan-prod:43", "redeploy 43", "vulcan-prod:43", true],
    ["redeploy :43", "redeploy 43", "vulcan-prod:43", true],
    ["vulcan-prod:43", "redeploy 43", "vulcan-prod:43", false],
    ["vulcan-web:43", "43", "vulcan-prod:43", false],
    ["3", "43", "vulcan-prod:43", false],
    ["prod:43", "43", "vulcan-prod:43", false],
    ["43", "vulcan-prod:43", "vulcan-prod:43", false],
    [":43", "vulcan-prod:43", "vulcan-prod:43", false],
    [ARN, "vulcan-prod:43", "vulcan-prod:43", true],
    ["", "43", "vulcan-prod:43", false],
    ["vulcan-prod:8", "8", undefined, false],
  ] as const)("%s means %s of %s: %s", (typed, text, name, expected) => {
    expect(isMeant(typed, text, name)).toBe(expected);
  });
});
