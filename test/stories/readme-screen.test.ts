import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { openRig, type Rig, vulcanOps } from "../support/sandbox-harness.ts";

let rig: Rig;
beforeAll(async () => {
  // As slow as the real world: how long ago things happened is part of the screen.
  rig = await openRig("bad-release", 1);
});
afterAll(() => rig.close());

it("the README's screen is what the program shows of the bad release, but for its times", async () => {
  const VULCAN_OPS_CONFIG = join(rig.stateDir, "vulcan-ops.yaml");
  const settings = `  vulcan-prod: {adminUrl: "${rig.sandbox.loadBalancer}"}`;
  writeFileSync(VULCAN_OPS_CONFIG, `schemaVersion: "1"\ntargets:\n${settings}\n`);
  const { code, stdout } = await vulcanOps(["rollback", "--dry-run"], { env: { VULCAN_OPS_CONFIG } });
  expect(code).toBe(0);
  await expect(withFixedTimes(stdout)).toMatchFileSnapshot("../golden/readme-screen.txt");
});

function withFixedTimes(text: string): string {
  return text
    .replace(/\d{4}-\d\d-\d\d(\s+)\d\d:\d\dZ/g, "2026-04-10$103:32Z")
    .replace(/\d{4}-\d\d-\d\dT\S+Z failed/g, "2026-03-10T03:41:07.000Z failed")
    .replace(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ, \d+ s ago/, "2026-04-10 03:41:07Z, 0 s ago")
    .replace(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ;/g, "2026-04-04 03:45:02Z;")
    .replace(/SANDBOX \(127\.0\.0\.1:\d+\)/, "SANDBOX (127.0.0.1:4566)");
}
