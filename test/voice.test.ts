import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { programTexts, rowTexts, runbookTitles } from "./support/program-texts.ts";

/**
 * One voice (docs/glossary.md): subject, verb, object, in words that an engineer whose first language is not English knows.
 * These words are retired; the texts that still have one are listed in retired-words.json, and that list may only shrink.
 */
const RETIRED =
  /\b(whoever|whatever comes|nobody|somebody|anybody else|comes? of (it|that)|goes on|go on|let go|lets go|leads? nowhere|by the look of|stands in|is told of|at no moment|for ever)\b/i;

const LIST = join(import.meta.dirname, "golden", "retired-words.json");

it("no text that the program can print has a retired word, but for those that are listed and shrinking", () => {
  const offenders = programTexts().filter(({ text }) => RETIRED.test(text));
  const found = [...new Set(offenders.map(({ path, text }) => `${path}: ${text}`))].sort();
  const known = JSON.parse(readFileSync(LIST, "utf8")) as readonly string[];
  expect(found.filter((text) => !known.includes(text))).toEqual([]);
  // What has been mended leaves the list, so that it cannot come back: `npm run golden` takes it out.
  if (process.env.npm_lifecycle_event === "golden") {
    const left = known.filter((text) => found.includes(text));
    writeFileSync(LIST, `${JSON.stringify(left, null, 2)}\n`);
  } else expect(known.filter((text) => !found.includes(text))).toEqual([]);
});

it("sees the texts of templates, of runbooks and of errors", () => {
  const texts = programTexts().map(({ text }) => text);
  expect(texts.length).toBeGreaterThan(3000);
  expect(texts).toContain("No changes made.");
  expect(texts).toContain("Wait for the rollout to complete");
});

/** A title begins with one of these: verbs that an SRE uses, and that read alone in a log (docs/glossary.md). */
const VERBS = [
  ...["announce", "apply", "check", "choose", "compare", "create", "deploy", "fire", "migrate", "mute", "protect"],
  ...["publish", "read", "record", "register", "remove", "rename", "restore", "resume", "roll back", "run", "scale"],
  ...["send", "start", "stop", "suspend", "undo", "unmute", "upgrade", "verify", "wait", "watch"],
];

const MOST_TITLE_WORDS = 8;
const MOST_ROW_WORDS = 14;
const wordsIn = (text: string): number => text.split(/\s+/).filter((word) => /[\p{L}\d…]/u.test(word)).length;

describe.each(runbookTitles())("the titles of $path", ({ title, steps }) => {
  it.each([title, ...steps])("%s", (text) => {
    const lower = text.toLowerCase();
    expect(VERBS.some((verb) => lower === verb || lower.startsWith(`${verb} `))).toBe(true);
    expect(wordsIn(text)).toBeLessThanOrEqual(MOST_TITLE_WORDS);
    expect(text).not.toMatch(/\b(it|its|that|those|there|them)$/i);
  });

  it("differ within the runbook", () => {
    expect(steps.filter((text, index) => steps.indexOf(text) !== index)).toEqual([]);
  });
});

it("a summary, and the first clause of a finding, has 14 words at most", () => {
  const rows = rowTexts(["src/actions", "src/checks", "src/engine", "src/ui"]);
  expect(rows.length).toBeGreaterThan(250);
  expect(rows.filter(({ text }) => wordsIn(text) > MOST_ROW_WORDS).map(({ path, text }) => `${path}: ${text}`)).toEqual(
    [],
  );
});
