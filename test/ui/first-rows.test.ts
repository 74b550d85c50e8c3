import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { MOST_WORDS, wordsIn } from "../../src/domain/headline.ts";

/**
 * Of each recorded screen (test/screens) a reader of its first row alone has to be able to say how things are and what to
 * do next, as a key file beside the golden has it. The keys were written from what happens in the scenario: what an
 * operator has to know then.
 */
const FOLDER = join(import.meta.dirname, "../golden/screens");

interface Key {
  readonly state: readonly string[];
  readonly next: readonly string[];
}

const keyFiles = readdirSync(FOLDER).filter((file) => file.endsWith(".keys.json"));
const WIDTHS = [40, 80, 120];

/** Screens of a golden by their name. */
function screensOf(file: string): ReadonlyMap<string, string> {
  const parts = readFileSync(join(FOLDER, file), "utf8").split(/^=== /m).slice(1);
  return new Map(parts.map((part) => [part.split("\n", 1)[0] ?? "", part.slice(part.indexOf("\n") + 1).trimEnd()]));
}

/** The first row that the program says; a narrow screen breaks it into some. */
const FIRST: Readonly<Record<string, RegExp>> = {
  // Below the place.
  bare: /(?<=\n\n). .*(?:\n {2}\S.*)*/,
  // Of the question with the cursor.
  questions: /^Step \d+\/\d+: (?![\s\S]*^Step \d+\/)[\s\S]*?(?=\n(?: |SANDBOX|\? ))/m,
  waits: /^Step [\s\S]*?(?=\n {2})/,
  // The last one: a long END is told again in short.
  ends: /\bEND\s(?![\s\S]*\bEND\s)[\s\S]*?(?=\n(?: \S|SANDBOX))/,
};

/** A terminal breaks rows anywhere. */
const joined = (text: string): string => text.replace(/\s+/g, "");

const says = (row: string, words: readonly string[]): boolean =>
  words.every((word) => joined(row).includes(joined(word)));

describe.each(keyFiles)("%s", (file) => {
  const name = file.replace(".keys.json", "");
  const keys = JSON.parse(readFileSync(join(FOLDER, file), "utf8")) as Readonly<Record<string, Key>>;

  it.each(WIDTHS)("at %i columns the first row of each screen says how things are, and what to do next", (columns) => {
    const screens = screensOf(`${name}-${columns}.txt`);
    expect([...screens.keys()].sort()).toEqual(Object.keys(keys).sort());
    const first = FIRST[name.split("-").at(-1) ?? ""] ?? /^/;
    const silent = [...screens].flatMap(([screen, text]) => {
      const row = (first.exec(text)?.[0] ?? "").replace(/^END\s+/, "").replace(/\s+/g, " ");
      const [state = "", next = ""] = row.split(". Next: ");
      const key = keys[screen] ?? { state: [], next: [] };
      return [
        ...(says(state, key.state) ? [] : [`${screen}: ${key.state.join(" | ")} not in ${row}`]),
        ...(says(next, key.next) ? [] : [`${screen}: ${key.next.join(" | ")} not in ${row}`]),
        ...(wordsIn(row) <= MOST_WORDS ? [] : [`${screen}: ${wordsIn(row)} words in ${row}`]),
      ];
    });
    // 95 of 100 readers: none of these few may be lost.
    expect(silent).toEqual([]);
  });
});

it("every recorded screen has a key file", () => {
  const goldens = readdirSync(FOLDER).filter((file) => file.endsWith(".txt"));
  const names = [...new Set(goldens.map((file) => file.replace(/-\d+\.txt$/, "")))];
  expect(keyFiles.map((file) => file.replace(".keys.json", "")).sort()).toEqual(names.sort());
});
