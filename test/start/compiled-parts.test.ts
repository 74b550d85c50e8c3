import { expect, it } from "vitest";
import { type CompiledPart, decodeParts, encodeParts, NOTHING_COMPILED } from "../../src/start/compiled-parts.ts";
import { isWorthKeeping, keptAt, merged } from "../../src/start/kept-parts.ts";

const part = (name: string, text: string): CompiledPart => ({ name, source: text.length, data: Buffer.from(text) });
const TWO = {
  parts: new Map([part("./a.js", "one"), part("./b.js", "longer than a word")].map((one) => [one.name, one])),
  runs: 2,
};

it("what is kept reads back as it was, each part where V8 can read words in place", () => {
  const read = decodeParts(encodeParts(TWO));
  expect(read).toEqual(TWO);
  for (const { data } of read.parts.values()) expect(data.byteOffset % 8).toBe(0);
});

it("V8 would end the process: with any byte changed, or the end cut off, nothing counts as kept", () => {
  const whole = encodeParts(TWO);
  for (let at = 0; at < whole.length; at++) {
    const damaged = Buffer.from(whole);
    damaged.writeUInt8(damaged.readUInt8(at) ^ 0x41, at);
    expect(decodeParts(damaged), `byte ${at}`).toBe(NOTHING_COMPILED);
    expect(decodeParts(whole.subarray(0, at)), `${at} bytes`).toBe(NOTHING_COMPILED);
  }
});

it.each([
  ["/var/cache/me", /^\/var\/cache\/me\/vulcan-ops\/compiled\/rollback-v/],
  [undefined, /\/\.cache\/vulcan-ops\/compiled\/rollback-v/],
  ["relative", /^\/.*\/\.cache\/vulcan-ops\/compiled\/rollback-v/],
])("it is kept in a folder of the user's own, by V8 and by build: XDG_CACHE_HOME=%s", (home, path) => {
  const env = home === undefined ? {} : { XDG_CACHE_HOME: home };
  expect(keptAt("rollback", "program-a.js", env)).toMatch(path);
  expect(keptAt("rollback", "program-a.js", env)).not.toBe(keptAt("rollback", "program-b.js", env));
});

it.each([
  ["what a first run compiled", {}, true],
  ["what a third one did, which may have called more", { compiled: 0, runs: 2 }, true],
  ["nothing new of a fourth run", { compiled: 0, runs: 3 }, false],
  ["a file that the fourth loaded for the first time", { runs: 3 }, true],
  ["a long process, whose functions V8 has dropped", { compiled: 0, runs: 1, seconds: 600 }, false],
  ["a mistyped word", { exitCode: 6 }, false],
  ["a run that Ctrl-C ended", { exitCode: 130 }, false],
])("worth keeping: %s", (_, { runs = 0, ...given }: { runs?: number; [name: string]: number | undefined }, isKept) => {
  const run = { compiled: 1, exitCode: 0, seconds: 1, ...given };
  expect(isWorthKeeping({ ...run, before: { ...NOTHING_COMPILED, runs } })).toBe(isKept);
});

it("a part that this run did not load stays; one that it did takes the place of the older", () => {
  const { parts, runs } = merged(TWO, [part("./a.js", "newer")]);
  expect(String(parts.get("./a.js")?.data)).toBe("newer");
  expect(String(parts.get("./b.js")?.data)).toBe("longer than a word");
  expect(runs).toBe(3);
});
