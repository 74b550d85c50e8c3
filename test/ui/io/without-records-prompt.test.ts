import { expect, it } from "vitest";
import { withoutRecordsAtTerminal } from "../../../src/ui/io/without-records-prompt.ts";
import { typing } from "./typing.ts";

const records = [
  { execution: "b7k2mq", operator: "bob", host: "laptop", to: 9 },
  { execution: "c8m3nr", operator: "ann", host: "desk", to: 14 },
];
const QUESTION = { kind: "withoutRecords", records, isSame: false, text: "c8m3nr" } as const;

it.each([
  ["the newest one's id", ["c8m3nr"], true],
  ["the older one's, and then a no", ["b7k2mq", "q"], false],
])("takes %s, with each machine named", async (_what, lines, yes) => {
  const { answer, shown } = await typing((terminal) => withoutRecordsAtTerminal(terminal, QUESTION), ...lines);
  expect(answer).toEqual({ yes });
  expect(shown.replace(/\s+/g, " ")).toContain(
    "the last records of execution b7k2mq are on laptop only (bob@laptop) UNSHARED the last records of execution c8m3nr are on desk only (ann@desk)",
  );
});
