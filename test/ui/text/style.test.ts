import { describe, expect, it } from "vitest";
import { bar } from "../../../src/ui/text/progress-bar.ts";
import { displayOptionsOf, paint, toAscii } from "../../../src/ui/text/style.ts";

const TERMINAL = { isTTY: true, columns: 100 };
const UTF8 = { TERM: "xterm-256color", LANG: "en_GB.UTF-8" };

describe("a look", () => {
  it.each([
    ["a terminal", TERMINAL, UTF8, { columns: 100, colour: true, unicode: true, live: true }],
    ["NO_COLOR", TERMINAL, { ...UTF8, NO_COLOR: "1" }, { colour: false, live: true, unicode: true }],
    ["an empty NO_COLOR", TERMINAL, { ...UTF8, NO_COLOR: "" }, { colour: true }],
    ["NO_COLOR against FORCE_COLOR", TERMINAL, { ...UTF8, NO_COLOR: "1", FORCE_COLOR: "1" }, { colour: false }],
    ["TERM=dumb", TERMINAL, { TERM: "dumb", FORCE_COLOR: "1" }, { colour: false, unicode: false, live: false }],
    ["a pipe", {}, UTF8, { columns: 80, colour: false, unicode: true, live: false }],
    ["a pipe with FORCE_COLOR", {}, { ...UTF8, FORCE_COLOR: "1" }, { colour: true, live: false }],
    ["FORCE_COLOR=0", TERMINAL, { ...UTF8, FORCE_COLOR: "0" }, { colour: false }],
    ["CI on a terminal", TERMINAL, { ...UTF8, CI: "true" }, { colour: true, live: false }],
    ["another character set", TERMINAL, { TERM: "xterm", LC_ALL: "C", LANG: "C.UTF-8" }, { unicode: false }],
    ["no locale at all", TERMINAL, { TERM: "xterm" }, { unicode: true }],
    ["a very narrow one", { isTTY: true, columns: 20 }, UTF8, { columns: 40 }],
    ["one that does not know its width", { isTTY: true, columns: 0 }, UTF8, { columns: 80 }],
  ] as const)("of %s", (_name, stream, env, display) => expect(displayOptionsOf(stream, env)).toMatchObject(display));
});

const LOOK = displayOptionsOf(TERMINAL, UTF8);
const ASCII = { ...LOOK, unicode: false, colour: false };

it("paints only where there is colour", () => {
  expect(paint("OK", "good", LOOK)).toBe("\u001b[32mOK\u001b[39m");
  expect(paint("OK", "good", ASCII)).toBe("OK");
});

it("spells our own punctuation in ASCII and leaves names", () => {
  expect(toAscii("43 → 42 — Zoë…", ASCII)).toBe("43 -> 42 - Zoë...");
});

it.each([
  [0, 3, "░░░ 0/3"],
  [2, 3, "██░ 2/3"],
  [5, 3, "██░ 5/3"],
  [0, 0, "░ 0/0"],
  [50, 100, "██████████░░░░░░░░░░ 50/100"],
])("a bar of %i of %i", (part, whole, text) => {
  expect(bar(part, whole, LOOK)).toBe(text);
  expect(bar(part, whole, ASCII)).toMatch(/^[#.]+ \d+\/\d+$/);
});
