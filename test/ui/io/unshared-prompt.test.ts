import { expect, it } from "vitest";
import { unsharedAtTerminal } from "../../../src/ui/io/unshared-prompt.ts";
import { typing } from "./typing.ts";

const STORE = "dynamodb://vulcan-ops-journal?region=eu-west-1";
const QUESTION = {
  ...({ kind: "unshared", execution: "x0001", text: "unshared x0001", hasSent: false } as const),
  store: STORE,
  why: `the shared journal ${STORE} refused: AWS refused dynamodb:PutItem to these credentials`,
};

it.each([
  ["the text", ["unshared x0001"], true],
  ["another text, and then the right one", ["x0001", "unshared x0001"], true],
  ["a no", ["q"], false],
  ["a yes, which is not the text", ["y"], false],
])("takes %s", async (_what, lines, yes) => {
  const { answer, shown } = await typing((terminal) => unsharedAtTerminal(terminal, QUESTION), ...lines);
  expect(answer).toEqual({ yes });
  expect(shown.split(STORE)).toHaveLength(2);
  expect(shown).toMatch(/Why +it refused: AWS refused dynamodb:PutItem/);
});
