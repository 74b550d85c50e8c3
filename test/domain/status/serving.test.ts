import { expect, it } from "vitest";
import { healthyOf, type Serving, UNKNOWN_TASK } from "../../../src/domain/status/serving.ts";

const serving = (revisions: Serving["revisions"]): Serving => ({
  desired: 3,
  revisions,
  healthy: revisions.reduce((sum, [, count]) => sum + count, 0),
  by: "load balancer",
});

it("knows how many targets of a revision are healthy: none only where each healthy one is another's", () => {
  expect(healthyOf(serving([["web:42", 3]]), "web:42")).toBe(3);
  expect(healthyOf(serving([["web:41", 3]]), "web:42")).toBe(0);
  expect(healthyOf(serving([]), "web:42")).toBe(0);
});

it("does not know it where tasks could not be read, to which healthy targets belong", () => {
  expect(healthyOf(serving([[UNKNOWN_TASK, 3]]), "web:42")).toBeUndefined();
  expect(
    healthyOf(
      serving([
        ["web:42", 2],
        [UNKNOWN_TASK, 1],
      ]),
      "web:42",
    ),
  ).toBe(2);
});
