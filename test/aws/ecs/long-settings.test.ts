import { expect, it } from "vitest";
import { translateRead } from "../../../src/aws/client/errors.ts";
import { toTaskDefinition } from "../../../src/aws/ecs/task-definition.ts";

const definitionWith = (value: string) =>
  toTaskDefinition({
    family: "web",
    revision: 42,
    status: "ACTIVE",
    containerDefinitions: [{ name: "web", image: "web:1", environment: [{ name: "SETTINGS", value }] }],
  });
const placeOf = (value: string) => definitionWith(value).containers[0]?.environment[0]?.place;

// A quarter of a second where each letter is passed over once, and minutes where the rest is read again from each.
it.each(["a", "a-", "a.", "rds.", "A1_"])("a variable of %j again and again keeps no plan waiting", (piece) => {
  const long = piece.repeat(400_000);
  expect(placeOf(long)).toBeUndefined();
  const host = "vulcan-prod.c9akciq32rgh.eu-west-1.rds.amazonaws.com:5432";
  expect(placeOf(`${long} ${host} ${long}`)).toBe(host);
});

it("an error's message of any length is told in a line", () => {
  const { message } = translateRead(Object.assign(new Error(`odd${" ".repeat(2_000_000)}x`), { name: "Odd" }), "ecs:X");
  expect(message.length).toBeLessThan(400);
});
