import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { OpsError } from "../../src/domain/error.ts";
import { foldExecution } from "../../src/domain/execution.ts";
import type { JournalEvent } from "../../src/domain/execution-event.ts";
import { recordedExecution } from "../../src/domain/recorded-execution.ts";
import { BEGINNING, toLine } from "../../src/journal/chain.ts";
import { parseRecords } from "../../src/journal/parse-journal.ts";
import { createEventLog } from "../../src/ui/render/event-log.ts";
import { BAD, GOOD } from "../ui/events.ts";
import { withoutSeals } from "./without-seals.ts";

const JOURNALS = [GOOD, BAD].map((events) =>
  events.filter((event): event is JournalEvent => event.type !== "step.progress"),
);
const UNSAFE = /(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u;

/** The line of each record, with right checksums or with none. */
function textOf(events: readonly unknown[], isSealed: boolean): string {
  let link = BEGINNING;
  const lines = events.map((event) => {
    if (typeof event !== "object" || event === null || Array.isArray(event)) return `${JSON.stringify(event) ?? ""}\n`;
    const made = toLine(event as JournalEvent, link);
    link = made.link;
    return `${made.line}\n`;
  });
  return isSealed ? lines.join("") : withoutSeals(lines.join(""));
}

/** Every place in a value, as the way to it. */
function placesIn(value: unknown, way: readonly string[] = []): (readonly string[])[] {
  if (typeof value !== "object" || value === null) return [way];
  return [way, ...Object.entries(value).flatMap(([key, member]) => placesIn(member, [...way, key]))];
}

function replaced(value: unknown, [key, ...way]: readonly string[], by: unknown): unknown {
  if (key === undefined) return by;
  const copy: unknown = Array.isArray(value) ? [...value] : { ...(value as object) };
  (copy as Record<string, unknown>)[key] = replaced((copy as Record<string, unknown>)[key], way, by);
  return copy;
}

/** What `show`, `history` and the lists do with it. */
function use(text: string): string {
  const { events, problem } = parseRecords(text, "x0001.jsonl");
  const log = createEventLog({ columns: 80, colour: false, unicode: true, live: false });
  const shown = events.map((event) => log.write(event)).join("");
  const execution = foldExecution(events);
  if (problem === undefined && execution !== undefined) recordedExecution(execution);
  if (problem !== undefined) expect(problem).toBeInstanceOf(OpsError);
  return shown;
}

const odd = fc.oneof(
  fc.jsonValue(),
  fc.constantFrom<unknown>(undefined, null, "", 0, -1, {}, [], [null], "constructor", "__proto__", "\u001b[2J\u202e"),
);

describe("a journal by another hand", () => {
  it("with any member replaced or missing is shown or refused, never a failure of this program", () => {
    const cases = fc
      .record({ journal: fc.constantFrom(...JOURNALS), at: fc.nat(), place: fc.nat(), by: odd, isSealed: fc.boolean() })
      .map(({ journal, at, place, by, isSealed }) => {
        const index = at % journal.length;
        const places = placesIn(journal[index]);
        const way = places[place % places.length] ?? [];
        return textOf(journal.with(index, replaced(journal[index], way, by) as JournalEvent), isSealed);
      });
    fc.assert(
      fc.property(cases, (text) => {
        expect(use(text)).not.toMatch(UNSAFE);
      }),
      { numRuns: 1000 },
    );
  });

  it.each(["constructor", "__proto__", "toString", "hasOwnProperty"])("with a step named %s is refused", (step) => {
    const events = (JOURNALS[0] ?? []).map((event) => ("step" in event ? { ...event, step } : event));
    expect(parseRecords(textOf(events, false), "x0001.jsonl").problem?.detail.code).toBe("journal-unreadable");
  });

  it("that is nested deeper than a stack is refused", () => {
    const deep = `${"[".repeat(50_000)}${"]".repeat(50_000)}`;
    const [line = ""] = textOf(JOURNALS[0] ?? [], false).split("\n");
    expect(use(`${line.replace('"inputs":{', `"inputs":{"x":${deep},`)}\n`)).toBe("");
  });

  it("has only safe text in what people read, and the exact text in what is sent again", () => {
    const [started, ...rest] = JOURNALS[0] ?? [];
    const evil = { ...started, operator: "\u001b[2J", inputs: { a: "\u001b" } };
    const [first] = parseRecords(textOf([evil, ...rest], true), "x0001.jsonl").events;
    expect(first).toMatchObject({ operator: "\\u{1b}[2J", inputs: { a: "\u001b" } });
  });
});
