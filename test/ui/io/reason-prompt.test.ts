import { expect, it } from "vitest";
import { reasonAtTerminal } from "../../../src/ui/io/reason-prompt.ts";
import { typing } from "./typing.ts";

const QUESTION = { kind: "reason", target: "vulcan-prod", most: 12 } as const;

it.each([
  ["a reason", ["INC-123"], { text: "INC-123" }],
  ["a no", ["q"], {}],
  ["nothing, then too much, then a reason", ["", "x".repeat(13), "INC-9"], { text: "INC-9" }],
])("takes %s", async (_what, lines, answer) => {
  const asked = await typing((terminal) => reasonAtTerminal(terminal, QUESTION), ...lines);
  expect(asked.answer).toEqual(answer);
  expect(asked.shown).toContain("Reason, required on vulcan-prod, as in INC-123; q to cancel:");
});
