import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { mutations, openRig, type Rig } from "../support/sandbox-harness.ts";
import { atTerminal } from "./bare.ts";
import { SIZES } from "./replay.ts";

const SCENARIOS = ["healthy", "bad-release", "crash-loop", "bad-but-healthy", "breaker-rolled-back", "no-capacity"];

let rig: Rig;
let stateDir = "";
beforeAll(async () => {
  // As `sandbox start` makes them.
  rig = await openRig("empty", 4, { customers: 240 });
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

  it("rolls a bad release back after four keystrokes", async () => {
    await rig.sandbox.reset("bad-release");
    const keys = [
      [/q quit/, "\r"],
      [/Type 42 to roll back vulcan-prod to 1\.42\.0, q to cancel:/, "42\r"],
    ] as const;
    expect(keys.map(([, typed]) => typed).join("")).toHaveLength(4);
    const { code, raw } = await atTerminal([], { columns: 80, rows: 24 }, keys, { stateDir });
    expect([code, mutations(rig.sandbox)]).toEqual([0, ["StopServiceDeployment"]]);
    expect(stripVTControlCharacters(raw)).toMatch(/END +Rolled back vulcan-prod to 1\.42\.0 \(:42\)/);
  });

  it("offers every target where the configuration has several", async () => {
    await rig.sandbox.reset("healthy");
    const config = join(stateDir, "vulcan-ops.yaml");
    const screen = async (targets: readonly string[]): Promise<string> => {
      writeFileSync(
        config,
        JSON.stringify({ schemaVersion: "1", targets: Object.fromEntries(targets.map((name) => [name, {}])) }),
      );
      const env = { VULCAN_OPS_CONFIG: config };
      return steady((await atTerminal([], { columns: 80, rows: 24 }, [[/q quit/, "q"]], { stateDir, env })).raw);
    };
    expect(await screen(["vulcan-prod", "staging"])).toContain("All targets");
    expect(await screen(["vulcan-prod"])).not.toContain("All targets");
  });
});
