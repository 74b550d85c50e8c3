import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MarkerParser } from "../../../src/aws/ecs-exec/marker-parser.ts";
import { wrapDetached, wrapOnce } from "../../../src/aws/ecs-exec/shell-wrapper.ts";
import { cleanText, LineCleaner } from "../../../src/aws/ecs-exec/strip-control-codes.ts";

const SECRET = "0123456789abcdef0123456789abcdef";

/** Reads a stream that arrives in pieces. */
function told(stream: Buffer, cuts: readonly number[], kind: "bytes" | "data" = "bytes") {
  const marks = new MarkerParser(SECRET);
  const edges = [0, ...cuts.map((cut) => cut % (stream.length + 1)).sort((a, b) => a - b), stream.length];
  const items = edges.slice(1).flatMap((end, index) => marks.push(stream.subarray(edges[index], end)));
  const bytes = Buffer.concat(items.flatMap((item) => (item.kind === kind ? [item.bytes] : [])));
  const words = items.flatMap((item) => (item.kind === "mark" ? [`${item.word} ${item.value}`.trim()] : []));
  return { bytes, words };
}

const cooked = (bytes: Buffer): Buffer => Buffer.from(bytes.toString("latin1").replaceAll("\n", "\r\n"), "latin1");

/** Bytes in which line ends and the beginnings of marks are frequent. */
const anyBytes = fc
  .array(
    fc.oneof(
      fc.uint8Array({ maxLength: 20 }).map((bytes) => Buffer.from(bytes)),
      fc
        .constantFrom("\n", "\r", "\r\n", "\n\n", `\n${SECRET.slice(0, 9)}`, SECRET, `\n${SECRET}`)
        .map((s) => Buffer.from(s)),
    ),
    { maxLength: 12 },
  )
  .map((parts) => Buffer.concat(parts))
  .filter((bytes) => !bytes.includes(`\n${SECRET} `));
const cutting = fc.array(fc.nat({ max: 400 }), { maxLength: 12 });
const isCooked = fc.boolean();

describe("the marks in a stream", () => {
  it("enclose the output exactly, wherever it is cut, and whatever the terminal did to line ends", () => {
    fc.assert(
      fc.property(anyBytes, anyBytes, cutting, isCooked, (noise, output, cuts, isCrlf) => {
        const plain = Buffer.concat([
          noise,
          Buffer.from(`\n${SECRET} BEGIN\n`),
          output,
          Buffer.from(`\n${SECRET} END 3\n`),
        ]);
        expect(told(isCrlf ? cooked(plain) : plain, cuts)).toEqual({ bytes: output, words: ["BEGIN", "END 3"] });
      }),
      { numRuns: 5000 },
    );
  });

  it("announce data that may contain anything, marks too", () => {
    const parts = fc.array(fc.oneof(anyBytes, fc.constant(Buffer.from(`\n${SECRET} END 0\n`))), { maxLength: 5 });
    fc.assert(
      fc.property(parts, cutting, isCooked, (data, cuts, isCrlf) => {
        const chunks = data.map((bytes) => Buffer.concat([Buffer.from(`\n${SECRET} DATA ${bytes.length}\n`), bytes]));
        const [begin, end] = [`\n${SECRET} BEGIN\n`, `\n${SECRET} END 0\n`].map((mark) => Buffer.from(mark));
        const plain = Buffer.concat([begin ?? Buffer.alloc(0), ...chunks, end ?? Buffer.alloc(0)]);
        const expected = { bytes: Buffer.concat(data), words: ["BEGIN", "END 0"] };
        expect(told(isCrlf ? cooked(plain) : plain, cuts, "data")).toEqual(expected);
      }),
      { numRuns: 3000 },
    );
  });
});

/** Splits as the agent does (google/shlex); the double quotes and escapes that we never use are left out. */
function agentWords(command: string): string[] {
  const word = /(?:'[^']*'|\\.|[^\s'"\\#][^\s'"\\]*)+/gs;
  return (command.match(word) ?? []).map((text) =>
    text.replace(/'([^']*)'|\\(.)/gs, (_, quoted, one) => quoted ?? one),
  );
}

/** Runs it as the agent would, with the client's newline already there. */
function run(shell: string, command: string): { bytes: Buffer; words: string[] } {
  const [program = "", ...args] = agentWords(command);
  expect(program).toBe("/bin/sh");
  const stdout = execFileSync(shell, args, { input: "\n", maxBuffer: 1e8, stdio: ["pipe", "pipe", "pipe"] });
  return told(stdout, []);
}

const SHELLS = ["/bin/sh", "/bin/bash"].filter((shell) => {
  try {
    execFileSync(shell, ["-c", "true"]);
    return true;
  } catch {
    return false;
  }
});

describe.each(SHELLS)("a wrapped command in %s", (shell) => {
  it("gets its words as they are, whatever they are", () => {
    const texts = fc
      .oneof(
        fc.string({ unit: "binary" }),
        fc
          .array(
            fc.constantFrom(
              "'",
              '"',
              "\\",
              "$x",
              "`id`",
              "\n",
              " ",
              "*",
              "~",
              ";",
              "&",
              "#",
              "!",
              "-",
              "=",
              "é",
              "'\\''",
            ),
          )
          .map((parts) => parts.join("")),
      )
      .map((text) => Buffer.from(text.replaceAll("\0", "")).toString());
    fc.assert(
      fc.property(fc.array(texts, { minLength: 1, maxLength: 20 }), (words) => {
        const { bytes, words: marks } = run(shell, wrapOnce(SECRET, ["printf", "%s\\0", ...words]));
        expect(bytes.toString()).toBe(words.map((word) => `${word}\0`).join(""));
        expect(marks).toEqual(["BEGIN", "END 0"]);
      }),
      { numRuns: 60 },
    );
  });

  it.each([
    [["sh", "-c", "exit 42"], "END 42"],
    [["sh", "-c", "kill -9 $$"], "END 137"],
    [["exit", "0"], "END 127"],
    [["/"], "END 126"],
  ])("%j: %s, and the shell says nothing of its own", (argv, end) => {
    const { words } = run(shell, wrapOnce(SECRET, argv));
    expect(words).toEqual(["BEGIN", end]);
  });
});

it("no text in which a script is shown holds its secret, a quote, a line's end or a template; and it is short", () => {
  const detached = { secret: SECRET, nonce: "a", mode: "start", offset: 0, beatRounds: 50 } as const;
  for (const command of [wrapOnce(SECRET, ["true"]), wrapDetached(detached, ["true"])]) {
    expect(command).not.toContain(SECRET);
    expect(command).not.toContain("\n");
    expect(command).not.toContain("{{");
    expect(command).not.toContain("\\''");
    expect(command.length).toBeLessThan(2300);
  }
});

describe("clean lines", () => {
  it.each([
    ["\u001b[1;31mred\u001b[0m", "red"],
    ["\u001b]0;title\u0007a\u001b]8;;http://x\u001b\\b", "ab"],
    ["\u001b(B\u001b7x\u001b8\u001bM", "x"],
    ["10%\r50%\r100%", "100%"],
    ["done\r", "done"],
    ["a\r\nb\r\r\n", "a\nb"],
    ["tab\tbell\u0007", "tab\tbell\\u{7}"],
    ["\u202eevil", "\\u{202e}evil"],
    ["password=hunter22", "password=[redacted]"],
    ["", ""],
  ])("%j is shown as %j", (raw, text) => {
    expect(cleanText(Buffer.from(raw))).toBe(text);
  });

  it("do not depend on how the bytes were cut", () => {
    const texts = fc.array(fc.constantFrom("a", "é", "€", "😀", "\n", "\r", "\u001b[31m", "\u001b]0;t\u0007"), {
      maxLength: 30,
    });
    fc.assert(
      fc.property(texts, cutting, (parts, cuts) => {
        const bytes = Buffer.from(parts.join(""));
        const edges = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
        const lines = new LineCleaner();
        const shown = edges.slice(1).flatMap((end, index) => lines.push(bytes.subarray(edges[index], end)));
        expect([...shown, ...lines.end()].join("\n")).toBe(cleanText(bytes));
      }),
    );
  });

  it("cut a line that never ends", () => {
    expect(new LineCleaner().push(Buffer.alloc(40_000, "x"))).toHaveLength(2);
  });
});
