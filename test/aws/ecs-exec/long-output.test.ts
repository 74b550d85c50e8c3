import { describe, expect, it } from "vitest";
import { cleanText, LineCleaner } from "../../../src/aws/ecs-exec/strip-control-codes.ts";

const SECRETS = [
  "password=hunter2secret",
  "postgres://vulcan:p4ssw0rd@db/vulcan",
  "AKIAIOSFODNN7EXAMPLE",
  "Authorization: Bearer abcdefghijklmnopqrstuvwxyz",
] as const;
const PLAIN = /hunter2|p4ssw0rd|IOSFODNN7|abcdefghijkl/;

const linesOf = (...frames: readonly string[]): string[] => {
  const lines = new LineCleaner();
  return [...frames.flatMap((frame) => [...lines.push(Buffer.from(frame))]), ...lines.end()];
};

describe("the output of a command in a container", () => {
  it.each(SECRETS)("holds no secret, however its frames split it: %s", (secret) => {
    const text = `before\n${secret}\nafter\n`;
    for (let at = 0; at <= text.length; at++)
      expect(linesOf(text.slice(0, at), text.slice(at)).join("\n")).not.toMatch(PLAIN);
    expect(cleanText(Buffer.from(text))).not.toMatch(PLAIN);
  });

  it("holds no line of a private key, in whatever frames its lines come", () => {
    const key = ["-----BEGIN RSA PRIVATE KEY-----", "MIIEow1", "MIIEow2", "-----END RSA PRIVATE KEY-----"];
    const all = ["before", ...key, "after"];
    for (const frames of [[all], all.map((line) => [line]), [all.slice(0, 3), all.slice(3)]]) {
      const lines = linesOf(...frames.map((part) => `${part.join("\n")}\n`));
      expect(lines.join("\n")).not.toMatch(/MIIE/);
      expect([lines[0], lines.at(-1)]).toEqual(["before", "after"]);
    }
  });

  it("is not hidden by a text that only looks like the begin of a key, or by a key without an end", () => {
    expect(linesOf("-----BEGIN MIGRATION 8-----\n", "done\n").at(-1)).toBe("done");
    const rows = Array.from({ length: 300 }, (_, row) => `row ${row} ${"x".repeat(100)}\n`);
    expect(linesOf("-----BEGIN PRIVATE KEY-----\n", ...rows).at(-1)).toMatch(/^row 299 /);
  });

  /** Texts that make a pattern look again and again at what it has seen. */
  it.each([
    "password",
    "password ",
    "password='x",
    'password="',
    "token",
    "bearer ",
    "://a:",
    "://",
    "-----BEGIN A PRIVATE KEY-----",
    "-----BEGIN ",
    "arn:aws:",
    "AKIA",
    "FwoG",
    "https://hooks.slack.com/",
    "\u001b]",
    "\u001b[0",
    "\r",
  ])("is cleaned in a time that grows with its length, not with its square: %j", (piece) => {
    const bytes = Buffer.from(piece.repeat(320_000 / piece.length));
    const begun = process.cpuUsage();
    cleanText(bytes);
    const { user, system } = process.cpuUsage(begun);
    // Some hundredths of a second where it is linear, minutes where it is not.
    expect((user + system) / 1e6).toBeLessThan(5);
  });
});
