import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { programTexts, rowTexts, runbookTitles } from "./support/program-texts.ts";

/**
 * One voice (docs/glossary.md): subject, verb, object, in words that an engineer whose first language is not English knows.
 * These words are retired.
 */
const RETIRED =
  /\b(whoever|whatever comes|nobody|somebody|anybody else|comes? of (it|that)|goes on|go on|let go|lets go|leads? nowhere|by the look of|stands in|is told of|at no moment|for ever(?!y))\b/i;

it("no text that the program can print has a retired word", () => {
  const offenders = programTexts().filter(({ text }) => RETIRED.test(text));
  expect(offenders.map(({ path, text }) => `${path}: ${text}`)).toEqual([]);
});

const PAGES = ["README.md", "CONTRIBUTING.md", "docs", "runbooks", "src/sandbox/README.md"];

/** Code on a page may have any name: PostgreSQL runs as the user `nobody`. */
const withoutCode = (line: string): string => line.replace(/`[^`]*`/g, "");

it("nor has a page, or a comment of a runbook, but for the list of them", () => {
  const files = execFileSync("git", ["ls-files", ...PAGES], { encoding: "utf8" })
    .trim()
    .split("\n");
  const lines = files
    .filter((file) => /\.(md|yaml)$/.test(file) && file !== "docs/glossary.md")
    .flatMap((file) =>
      readFileSync(file, "utf8")
        .split("\n")
        .map((line, index) => `${file}:${index + 1}: ${line}`),
    );
  expect(lines.length).toBeGreaterThan(1500);
  expect(lines.filter((line) => RETIRED.test(withoutCode(line)))).toEqual([]);
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
  ...[
    "publish",
    "read",
    "record",
    "register",
    "remove",
    "rename",
    "restart",
    "restore",
    "resume",
    "roll back",
    "run",
    "scale",
  ],
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
