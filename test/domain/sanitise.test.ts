import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { sanitise, sanitiseDeep } from "../../src/domain/sanitise.ts";

/** Control, format, separators of lines, lone surrogates, private use, and what renders as nothing. */
const DANGEROUS = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Co}\p{Default_Ignorable_Code_Point}]/u;

const HOSTILE = [
  "\u001b",
  "\u009b",
  "\u0007",
  "\r",
  "\b",
  "\u202e",
  "\u2066",
  "\u200b",
  "\ufeff",
  "\ufff9",
  "\ud800",
  "\udc00",
  "\u3164",
  "\u{e0041}",
];
const hostile = fc
  .array(fc.oneof(fc.constantFrom(...HOSTILE, "[2J", "]0;", "x", "é", "😀", "\n", "\t"), fc.string({ unit: "binary" })))
  .map((parts) => parts.join(""));

describe("text from a server", () => {
  it.each([
    ["a screen wipe", "\u001b[2Jhi", "\\u{1b}[2Jhi"],
    ["a window title", "\u001b]0;root\u0007", "\\u{1b}]0;root\\u{7}"],
    ["an eight-bit CSI", "\u009b31mred", "\\u{9b}31mred"],
    ["a carriage return that would overwrite the line", "ok\rFAILED", "ok\\u{d}FAILED"],
    ["backspaces", "no\b\byes", "no\\u{8}\\u{8}yes"],
    ["a right-to-left override", "\u202e24:dorp", "\\u{202e}24:dorp"],
    ["an isolate", "\u2066x\u2069", "\\u{2066}x\\u{2069}"],
    ["a zero-width space", "vulcan\u200b-prod", "vulcan\\u{200b}-prod"],
    ["a byte-order mark", "\ufeffx", "\\u{feff}x"],
    ["a filler that renders as nothing", "a\u3164b\u034fc", "a\\u{3164}b\\u{34f}c"],
    ["tag characters", "x\u{e0041}", "x\\u{e0041}"],
    ["half a character", "x\ud83d", "x\\u{d83d}"],
    ["a line separator", "a\u2028b", "a\\u{2028}b"],
    ["a new line", "a\nb\tc", "a\\u{a}b\\u{9}c"],
    ["a null", "a\u0000b", "a\\u{0}b"],
  ])("shows %s instead of obeying it", (_name, text, shown) => {
    expect(sanitise(text)).toBe(shown);
  });

  it("holds nothing that moves a cursor, hides or reverses text, whatever it was", () => {
    fc.assert(
      fc.property(hostile, fc.integer({ min: 1, max: 60 }), (text, most) => {
        expect(sanitise(text, { most })).not.toMatch(DANGEROUS);
        expect(sanitise(text, { lines: true, most }).replace(/[\n\t]/g, "")).not.toMatch(DANGEROUS);
      }),
      { numRuns: 2000 },
    );
  });

  it("shows no more characters than it may, and says how many are missing", () => {
    expect(sanitise("x".repeat(30), { most: 10 })).toBe(`${"x".repeat(10)}… (20 more characters)`);
    expect(sanitise("x".repeat(5000))).toHaveLength(4000 + "… (1000 more characters)".length);
    const longestEscape = "\\u{10ffff}".length;
    fc.assert(
      fc.property(hostile, fc.integer({ min: 1, max: 60 }), (text, most) => {
        const note = /… \(\d+ more characters\)$/.exec(sanitise(text, { most }))?.[0] ?? "";
        expect(note !== "").toBe(text.length > most);
        expect(sanitise(text, { most }).length).toBeLessThanOrEqual(most * longestEscape + note.length);
      }),
    );
  });

  it.each([
    "service vulcan-prod (task 0123abcd) failed container health checks.",
    "arn:aws:ecs:eu-west-1:111122223333:task/vulcan-prod/0f3a",
    "Zürich, 東京, 😀, e\u0301, “quotes” – and a no-break\u00a0space",
  ])("that is plain stays as it is: %s", (text) => {
    expect(sanitise(text)).toBe(text);
    expect(sanitise(sanitise(text))).toBe(text);
  });

  it("keeps its lines only where lines are asked for", () => {
    expect(sanitise("a\r\nb\n\tc\rd", { lines: true })).toBe("a\nb\n\tc\\u{d}d");
  });

  it("is cleaned at any depth of an answer, keys too; dates and bytes pass", () => {
    const at = new Date(0);
    const bytes = new Uint8Array([27]);
    expect(sanitiseDeep({ "k\u001b": ["\u202e", { deep: "\r" }], at, bytes, count: 1, none: null })).toEqual({
      "k\\u{1b}": ["\\u{202e}", { deep: "\\u{d}" }],
      at,
      bytes,
      count: 1,
      none: null,
    });
  });
});
