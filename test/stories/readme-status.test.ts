import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { openRig, type Rig, vulcanOps } from "../support/sandbox-harness.ts";

let rig: Rig;
beforeAll(async () => {
  rig = await openRig("bad-release");
});
afterAll(() => rig.close());
beforeEach(() => rig.sandbox.reset("bad-release"));

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

/**
 * Ports, times, folders and this machine's Node differ at every run; at 100 columns they move no line's end. A machine
 * that is busy with other tests answers some containers' health checks too late.
 */
function masked(text: string): string {
  return text
    .replace(/127\.0\.0\.1:\d+/g, "127.0.0.1:4566")
    .replace(/\d\d:\d\dZ$/m, "03:41Z")
    .replace(/\d+ tasks failed \S+ health checks in [^.]*/, "12 tasks failed ELB health checks in 9 min")
    .replace(/\d+ failed, for [^;]*/, "12 failed, for 9 min")
    .replace(/^ Checks .*\n/m, "")
    .replace(/Requests .*/, "Requests  no requests in 5 min; none before")
    .replace(/Last log .*/, "Last log  INF listening address=:8080")
    .replace(/restorable to .*/, "restorable to 5 min ago; schema 8, applied 9 min ago")
    .replace(/\d+ passed, \d+ warnings?, 0 failed, \d+ skipped/, "12 passed, 1 warning, 0 failed, 1 skipped");
}
