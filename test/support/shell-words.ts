import { execFileSync } from "node:child_process";
import fc from "fast-check";

const END = "==the end of a line==";

/** What a POSIX shell makes of each line; one process for all of them. */
export function wordsOf(lines: readonly string[]): string[][] {
  const script = lines.map((line) => `printf '%s\\0' ${line} '${END}'\n`).join("");
  const printed = execFileSync("/bin/sh", { input: script, encoding: "utf8", maxBuffer: 64 * 1024 * 1024 });
  return printed
    .split(`${END}\0`)
    .slice(0, -1)
    .map((words) => words.split("\0").slice(0, -1));
}

const PIECES = [..."'\"\\$`*~;&|#!-=<>(){}[]", "$x", "$(id)", "`id`", "\n", " ", "é", "😀", "'\\''"];

/** Names that a shell, or a program's options, would take for something else. */
export const hostile: fc.Arbitrary<string> = fc
  .oneof(
    fc.string({ unit: "binary" }),
    fc.array(fc.oneof(fc.constantFrom(...PIECES), fc.string())).map((parts) => parts.join("")),
  )
  .map((text) => Buffer.from(text.replaceAll("\0", "")).toString());
