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
    .replace(/\d\d:\d\d:\d\dZ$/m, "03:41:07Z")
    .replace(/\d\/3 running, \d+ failed, since [^\n]* ago/, "0/3 running, 12 failed, since 9 min 42 s ago")
    .replace(/vulcan-prod:43 {2}\d.*(starting|stopping|running).*/, "vulcan-prod:43  3 starting, 3 stopping")
    .replace(/(Serving .*\(wanted 3\)).*/, "$1; 3 draining")
    .replace(/\d+ x vulcan-prod:43/, "12 x vulcan-prod:43")
    .replace(/\n +\d+ x vulcan-prod:43: Task failed container health checks/, "")
    .replace(/\d+ of its tasks failed/, "12 of its tasks failed")
    .replace(/deployed [56] d.* ago, ran [56] d.*/, "deployed 5 d 23 h ago, ran 5 d 23 h")
    .replace(/(Schema .* applied) .*/, "$1 9 min 21 s ago")
    .replace(/Restore .*/, "Restore   2026-04-03 03:41:07Z to 2026-04-10 03:36:02Z (5 min 5 s behind)")
    .replace(/from .* ago to .* ago, kept/, "from 6 d 23 h ago to 5 min 5 s ago, kept")
    .replace(/^\d+ ok, \d+ to mind/m, "10 ok, 4 to mind")
    .replace(/in \d+ of \d+ tasks/, "in 3 of 3 tasks")
    .replace(
      /State folder .*(\n {24}.*)*/,
      "State folder    ~/.local/state/vulcan-ops will be made at the first execution",
    )
    .replace(/ . \w+ +Node .*(\n {8}Fix .*)?/, " ✓ OK   Node            v24.3.0");
}
