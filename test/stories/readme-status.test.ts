import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { openRig, type Rig, vulcanOps } from "../support/sandbox-harness.ts";

let rig: Rig;
beforeAll(async () => {
  rig = await openRig("bad-release", 60);
});
afterAll(() => rig.close());
beforeEach(async () => {
  await rig.sandbox.reset("bad-release");
  await delay(1500);
});

it("the README's status is what the program shows of the same release, but for its times", async () => {
  const { code, stdout } = await vulcanOps(["status"], { columns: 100, env: withState() });
  expect(code).toBe(0);
  await expect(masked(stdout)).toMatchFileSnapshot("../golden/readme-status.txt");
});

it("the README's doctor is what the program shows of the same service, but for its times", async () => {
  const { code, stdout } = await vulcanOps(["doctor"], { columns: 100, env: withState() });
  expect(code).toBe(0);
  await expect(masked(stdout)).toMatchFileSnapshot("../golden/readme-doctor.txt");
});

/** A folder that is not there yet, and a target whose migrations can be read. */
function withState() {
  const VULCAN_OPS_CONFIG = join(rig.stateDir, "vulcan-ops.yaml");
  const settings = `  vulcan-prod: {account: "111122223333", adminUrl: "${rig.sandbox.loadBalancer}"}`;
  writeFileSync(VULCAN_OPS_CONFIG, `schemaVersion: "1"\ntargets:\n${settings}\n`);
  return { XDG_STATE_HOME: rig.stateDir, VULCAN_OPS_CONFIG };
}

/** Ports, times of the day and this machine's Node differ at every run; at 100 columns they move no line's end. */
function masked(text: string): string {
  return text.replace(/127\.0\.0\.1:\d+/g, "127.0.0.1:4566").replace(/\d\d:\d\dZ$/m, "03:41Z");
}
