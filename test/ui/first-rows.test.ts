import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

/**
 * Of each recorded screen (test/screens) a reader of one row alone has to be able to say how things are and what comes
 * next: the words are in the key file beside the golden.
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

/** The row that answers, and the one that says what to type; a narrow screen breaks each into some. */
type Rows = readonly [state: string, next: string];
const ROWS: Readonly<Record<string, (screen: string) => Rows>> = {
  // Below the place: the sentences; and the first item of the menu.
  bare: (screen) => [screen.split("\n\n")[1] ?? "", /^> .*$/m.exec(screen)?.[0] ?? ""],
  // The row with the cursor; a countdown has its deed some rows above.
  questions: (screen) => {
    const prompt =
      /(^\? |^(?:Yes|Restoring) in )(?![\s\S]*(^\? |^(?:Yes|Restoring) in ))[\s\S]*$/m.exec(screen)?.[0] ?? "";
    const deeds = [...screen.matchAll(/^ \d+\/\d+ \w+ {2}[\s\S]*?(?=\n (?:Change|Undo|NO UNDO|! WARN) |\n\S)/gm)];
    return [prompt.startsWith("?") ? prompt : (deeds.at(-1)?.[0] ?? ""), prompt];
  },
  waits: (screen) => [
    /^Step[\s\S]*?limit [\d:]+/.exec(screen)?.[0] ?? "",
    /^ +Ctrl-C[\s\S]*$/m.exec(screen)?.[0] ?? "",
  ],
  ends: (screen) => [
    /\bEND\s(?![\s\S]*\bEND\s)[\s\S]*?(?=\n +(?:SANDBOX|Exit|Next)\b)/.exec(screen)?.[0] ?? "",
    /^ +Next\b(?![\s\S]*^ +Next\b)[\s\S]*$/m.exec(screen)?.[0] ?? "",
  ],
};

/** A terminal breaks rows anywhere, and a command has a sign where it is broken. */
const joined = (text: string): string => text.replace(/\\\n/g, "").replace(/\s+/g, "");

const says = (row: string, words: readonly string[]): boolean =>
  words.every((word) => joined(row).includes(joined(word)));

describe.each(keyFiles)("%s", (file) => {
  const name = file.replace(".keys.json", "");
  const keys = JSON.parse(readFileSync(join(FOLDER, file), "utf8")) as Readonly<Record<string, Key>>;

  it.each(WIDTHS)("at %i columns each screen says in one row how things are, and in one what to type", (columns) => {
    const screens = screensOf(`${name}-${columns}.txt`);
    expect([...screens.keys()].sort()).toEqual(Object.keys(keys).sort());
    const rowsOf = ROWS[name.split("-").at(-1) ?? ""];
    const silent = [...screens].flatMap(([screen, text]) => {
      const [state, next] = rowsOf?.(text) ?? ["", ""];
      const key = keys[screen] ?? { state: [], next: [] };
      return [
        ...(says(state, key.state) ? [] : [`${screen}: ${key.state.join(" | ")} not in ${state}`]),
        ...(says(next, key.next) ? [] : [`${screen}: ${key.next.join(" | ")} not in ${next}`]),
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
