import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { shellWord } from "../../../src/domain/command-line.ts";
import { pad, shorten, width, wrap } from "../../../src/ui/text/wrap.ts";
import { shellWords, wrapCommand } from "../../../src/ui/text/wrap-command.ts";

const word = fc.stringMatching(/^[a-z0-9:/.é漢字かなカタ가-]{1,30}$/);
const text = fc.array(word, { minLength: 1, maxLength: 30 }).map((words) => words.join(" "));
const room = fc.integer({ min: 20, max: 130 });

/** Arguments as an `aws` line has them: names, options, JSON, quotes and line feeds inside quotes. */
const argument = fc.oneof(
  fc.stringMatching(/^--[a-z-]{1,30}$/),
  fc.stringMatching(/^[A-Za-z0-9_./:=@%+,-]{1,60}$/),
  fc.string({ minLength: 1, maxLength: 40 }),
  fc.json({ maxDepth: 2 }),
);
const command = fc
  .array(argument, { minLength: 1, maxLength: 15 })
  .map((words) => ["aws", ...words.map(shellWord)].join(" "));

describe("prose", () => {
  it("is never wider than its room, but for a word that is", () => {
    fc.assert(
      fc.property(text, room, (given, cells) => {
        for (const line of wrap(given, cells)) expect(width(line) <= cells || !line.includes(" ")).toBe(true);
      }),
    );
  });

  it("keeps every word, in order", () => {
    fc.assert(fc.property(text, room, (given, cells) => wrap(given, cells).join(" ") === given));
  });

  it("keeps line feeds, gaps and arrows with what they lead to", () => {
    expect(wrap("a  b\n\n  c", 20)).toEqual(["a  b", "", "  c"]);
    expect(wrap("from 43 → 42", 9)).toEqual(["from 43", "→ 42"]);
  });
});

describe("a command", () => {
  it("can be pasted: joined again it is the command", () => {
    fc.assert(
      fc.property(command, room, (given, cells) => {
        expect(wrapCommand(given, cells).join("\n").replaceAll(" \\\n  ", " ")).toBe(given);
      }),
    );
  });

  it("is never wider than its room, but for a word that is", () => {
    fc.assert(
      fc.property(command, room, (given, cells) => {
        for (const line of wrapCommand(given, cells)) {
          const words = shellWords(line.replace(/ \\$/, ""));
          expect(width(line) <= cells || words.length === 1 || line.includes("\n")).toBe(true);
        }
      }),
    );
  });

  it("keeps comments before it, wrapped as comments", () => {
    const lines = wrapCommand("# needs a session; not directly runnable\naws ecs x", 24);
    expect(lines).toEqual(["# needs a session; not", "# directly runnable", "aws ecs x"]);
  });

  it("leaves what is quoted alone", () => {
    const words = shellWords(`aws --a 'b c' "d \\" e" f\\ g 'it'\\''s' don't`);
    expect(words).toEqual(["aws", "--a", "'b c'", '"d \\" e"', "f\\ g", "'it'\\''s'", "don't"]);
  });
});

describe("widths", () => {
  it.each([
    ["vulcan", 6],
    ["漢字", 4],
    ["e\u0301", 1],
    ["\u001b[31mred\u001b[39m", 3],
    ["🔥!", 3],
  ])("%s takes %i", (given, cells) => expect(width(given)).toBe(cells));

  it("pads to cells, not to characters", () => expect(pad("漢", 4)).toBe("漢  "));

  it("shortens in the middle, to the room and not beyond", () => {
    expect(shorten("ecs-svc/5519283746501928374", 15, true)).toBe("ecs-svc…1928374");
    expect(shorten("ecs-svc/5519283746501928374", 15, false)).toBe("ecs-svc..928374");
    expect(shorten("short", 15, true)).toBe("short");
    fc.assert(
      fc.property(word, fc.integer({ min: 4, max: 40 }), (id, cells) => {
        expect(width(shorten(id, cells, true))).toBeLessThanOrEqual(cells);
      }),
    );
  });
});
