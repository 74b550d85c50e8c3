import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ExecutionEnded, JournalEvent } from "../../src/domain/execution-event.ts";
import { BEGINNING, followChain, headOf, type Link, toLine } from "../../src/journal/chain.ts";
import { parseJournal } from "../../src/journal/parse-journal.ts";
import { started, verified } from "./events.ts";
import { withoutSeals } from "./without-seals.ts";

function written(events: readonly JournalEvent[], after: Link = BEGINNING) {
  let link = after;
  const lines = events.map((event) => {
    const { line, link: next } = toLine(event, link);
    link = next;
    return line;
  });
  return { lines, link };
}

const text = (lines: readonly string[]): string => lines.map((line) => `${line}\n`).join("");
const problemIn = (lines: readonly string[]): string => {
  try {
    parseJournal(text(lines), "x0001.jsonl");
    return "";
  } catch (error) {
    return (error as Error).message.replace(/^cannot trust the journal x0001.jsonl: /, "");
  }
};

const { at, execution } = started;
const end: ExecutionEnded = { type: "execution.ended", at, execution, status: "done", exitCode: 0, text: "", next: [] };
const EVENTS = [started, verified("one"), verified("zwei: Zürich"), verified("three"), end];

describe("a record", () => {
  it("is one flat line of JSON with its number, the checksum before, and a checksum that others can compute", () => {
    const { lines } = written(EVENTS);
    const [, second = "", third = ""] = lines;
    expect(JSON.parse(third)).toEqual({
      n: 3,
      prev: JSON.parse(second).sum,
      ...EVENTS[2],
      sum: createHash("sha256")
        .update(third.slice(0, third.lastIndexOf(',"sum":')))
        .digest("hex")
        .slice(0, 16),
    });
  });

  it("reads back as the event that it was; END says what people compare", () => {
    const { lines, link } = written(EVENTS);
    const loaded = parseJournal(text(lines), "x0001.jsonl");
    expect(loaded.events).toEqual([...EVENTS.slice(0, -1), { ...end, head: headOf(link) }]);
    expect(loaded.end).toEqual(link);
  });
});

describe("an accident", () => {
  it("any flipped bit of any whole journal is found, at its record", () => {
    const { lines } = written(EVENTS);
    const bytes = Buffer.from(text(lines));
    fc.assert(
      fc.property(fc.nat(bytes.length - 2), fc.nat(7), (position, bit) => {
        const spoiled = Buffer.from(bytes);
        spoiled[position] = (spoiled[position] ?? 0) ^ (1 << bit);
        const before = bytes.subarray(0, position).toString("latin1").split("\n").length;
        expect(problemIn(spoiled.toString("utf8").split("\n").slice(0, -1))).toMatch(
          new RegExp(`^record (${before}|${before + 1}) is damaged: `),
        );
      }),
      { numRuns: 1000 },
    );
  });

  it.each([
    ["a removed record", [0, 1, 3, 4], "record 3 is damaged: record 3 is missing before it"],
    ["several removed records", [0, 3, 4], "record 2 is damaged: records 2 to 3 are missing before it"],
    ["the first ones gone", [1, 2, 3, 4], "record 1 is damaged: record 1 is missing before it"],
    ["two swapped records", [0, 2, 1, 3, 4], "record 2 is damaged: record 2 is missing before it"],
    ["a record twice", [0, 1, 1, 2, 3, 4], "record 3 is damaged: it is record 2, out of its place"],
  ])("%s is found and named", (_name, order, problem) => {
    const { lines } = written(EVENTS);
    expect(problemIn(order.map((index) => lines[index] ?? ""))).toBe(problem);
  });

  it("a record of another history of the same execution is found", () => {
    const { lines } = written(EVENTS);
    const other = written([started, verified("uno"), verified("due")]).lines;
    expect(problemIn([...lines.slice(0, 2), other[2] ?? "", ...lines.slice(3)])).toBe(
      "record 3 is damaged: the record before it is another one than when it was written",
    );
  });
});

describe("a journal that release 0.1.0 began", () => {
  const plain = withoutSeals(text(written(EVENTS.slice(0, 3)).lines))
    .split("\n")
    .slice(0, -1);

  it("is read as it is, and goes on with records that seal what is before them", () => {
    const { end: link } = parseJournal(text(plain), "x0001.jsonl");
    const { lines } = written([verified("three"), end], link);
    expect(JSON.parse(lines[0] ?? "").n).toBe(4);
    expect(parseJournal(text([...plain, ...lines]), "x0001.jsonl").events).toMatchObject(EVENTS);
    const spoiled = plain.map((line) => line.replace('"text":"one"', '"text":"One"'));
    expect(problemIn([...spoiled, ...lines])).toBe(
      "record 4 is damaged: the records before it, which have no checksums of their own, are not as they were",
    );
    expect(problemIn([...plain.slice(0, 2), ...lines])).toBe("record 3 is damaged: record 3 is missing before it");
  });

  it("may be gone on with by that release once more", () => {
    const { lines, link } = written(EVENTS.slice(0, 3));
    const [older = ""] = withoutSeals(text(written([verified("three")], link).lines)).split("\n");
    const { end: again } = followChain([...lines, older]);
    expect(problemIn([...lines, older, ...written([end], again).lines])).toBe("");
  });
});
