import { expect, it } from "vitest";
import { deployDeed } from "../../../../src/actions/ecs/revision/release.ts";
import { serviceOf } from "../../support.ts";

const deed = (from: string, to: string, isUndo = false) =>
  deployDeed(serviceOf(43), { taskDefinition: from }, { taskDefinition: to }, isUndo);

it.each([
  ["vulcan-prod:43", "vulcan-prod:42", "roll back"],
  ["vulcan-prod:42", "vulcan-prod:43", "upgrade"],
  ["vulcan-prod:9", "vulcan-prod:10", "upgrade"],
  ["vulcan-web:1", "vulcan-prod:43", "switch"],
  ["vulcan-prod:43", "vulcan-web:1", "switch"],
  ["vulcan-prod:1", "vulcan-web:1", "switch"],
])("from %s to %s is to %s: only numbers of one family have an order", (from, to, verb) => {
  expect(deed(from, to).verb).toBe(verb);
});

it("is a redeployment where an undo brings back what was rolled back, and where it brings back another family", () => {
  expect(deed("vulcan-prod:42", "vulcan-prod:43", true).verb).toBe("redeploy");
  expect(deed("vulcan-prod:43", "vulcan-web:1", true).object).toBe("vulcan-web:1 on vulcan-prod");
});
