import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openRig, type Rig } from "../support/sandbox-harness.ts";
import { atTerminal } from "./bare.ts";
import { SIZES } from "./replay.ts";

const SCENARIOS = ["healthy", "bad-release", "crash-loop", "bad-but-healthy", "breaker-rolled-back", "no-capacity"];

let rig: Rig;
let stateDir = "";
beforeAll(async () => {
  rig = await openRig("empty", 4);
  stateDir = mkdtempSync(join(tmpdir(), "vulcan-ops-bare-"));
});
afterAll(async () => {
  await rig.close();
  rmSync(stateDir, { recursive: true, force: true });
});

const steady = (text: string): string =>
  stripVTControlCharacters(text)
    .replace(/127\.0\.0\.1:\d+/g, "127.0.0.1:41234")
    .replace(/ +$/gm, "")
    .trimEnd();

describe.runIf(process.platform === "linux")("vulcan-ops alone", () => {
  it.each(SIZES)("says what is the matter, and what one should do, in $columns columns", async (size) => {
    const screens: string[] = [];
    for (const scenario of SCENARIOS) {
      await rig.sandbox.reset(scenario);
      const { code, raw } = await atTerminal([], size, [[/q quit/, "q"]], { stateDir });
      expect(code).toBe(0);
      const text = steady(raw);
      expect([scenario, text.split("\n").length <= size.rows]).toEqual([scenario, true]);
      screens.push(`=== ${scenario}\n${text}\n`);
    }
    await expect(screens.join("\n")).toMatchFileSnapshot(`../golden/screens/bare-${size.columns}.txt`);
  });
});
