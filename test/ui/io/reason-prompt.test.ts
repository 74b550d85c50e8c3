import { PassThrough } from "node:stream";
import { expect, it } from "vitest";
import { reasonAtTerminal } from "../../../src/ui/io/reason-prompt.ts";

const QUESTION = { kind: "reason", target: "vulcan-prod", most: 12 } as const;

/** Asks at a terminal whose operator types these lines, one a question. */
async function typing(...lines: readonly string[]) {
  const input = Object.assign(new PassThrough(), { isTTY: true, isRaw: false, setRawMode: () => input });
  const shown: string[] = [];
  const left = [...lines];
  const write = (text: string): boolean => {
    if (text.startsWith("? ")) setTimeout(() => input.write(`${left.shift() ?? "q"}\r`), 0);
    return shown.push(text) > 0;
  };
  const terminal = {
    input: input as unknown as NodeJS.ReadStream,
    output: { isTTY: true, columns: 80, write } as unknown as NodeJS.WriteStream,
    display: { columns: 80, colour: false, unicode: true, live: false },
    quietMs: 0,
  };
  return { answer: await reasonAtTerminal(terminal, QUESTION), shown: shown.join("") };
}

it.each([
  ["a reason", ["INC-123"], { text: "INC-123" }],
  ["a no", ["q"], {}],
  ["nothing, then too much, then a reason", ["", "x".repeat(13), "INC-9"], { text: "INC-9" }],
])("takes %s", async (_what, lines, answer) => {
  const asked = await typing(...lines);
  expect(asked.answer).toEqual(answer);
  expect(asked.shown).toContain("Reason, required on vulcan-prod, as in INC-123; q to cancel:");
});
