import { expect, it } from "vitest";
import { checkArguments, schemaOf } from "../../src/mcp/check-arguments.ts";
import { TOOLS } from "../../src/mcp/tools.ts";

const plan = TOOLS.find(({ name }) => name === "plan");
if (plan === undefined) throw new Error("no tool plan");

it("an input may be a number or a truth, as assistants write them; the command line has its text", () => {
  const given = { runbook: "scale-and-hold", inputs: { size: 4, force: false, owner: "ana" } };
  expect(checkArguments(plan, given)).toEqual({
    given: { runbook: "scale-and-hold", inputs: { size: "4", force: "false", owner: "ana" } },
  });
  expect(schemaOf(plan).properties.inputs).toMatchObject({
    additionalProperties: { type: ["string", "number", "boolean"] },
  });
});

it.each([[null], [{ nested: 1 }], [["4"]], [Number.POSITIVE_INFINITY]])("an input that is %j is refused", (size) => {
  expect(checkArguments(plan, { runbook: "scale-and-hold", inputs: { size } })).toEqual({
    problems: ["inputs.size is a text"],
  });
});
