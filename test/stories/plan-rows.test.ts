import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openRig, type Rig, vulcanOps } from "../support/sandbox-harness.ts";

let rig: Rig;
beforeAll(async () => {
  rig = await openRig("healthy", 120);
});
afterAll(() => rig.close());

async function plan(scenario: string, ...argv: string[]): Promise<string> {
  await rig.sandbox.reset(scenario);
  const config = join(rig.stateDir, "vulcan-ops.yaml");
  writeFileSync(config, `schemaVersion: "1"\ntargets:\n  vulcan-prod: {adminUrl: "${rig.sandbox.loadBalancer}"}\n`);
  const { stdout } = await vulcanOps([...argv, "--dry-run", "--state-dir", rig.stateDir], {
    env: { VULCAN_OPS_CONFIG: config },
  });
  return stdout;
}

/** Rows of a plan at 80 columns. They stand between the command and its first question. */
const MOST_ROWS = [
  ["bad-release", ["rollback"], 15, /^Plan: roll back 1\.43\.0 \(:43\) → 1\.42\.0 \(:42\)\. Next: type 42 at step 3$/],
  ["healthy", ["restore", "--to", "-15m"], 24, /^Plan: restore vulcan-prod to \S+ \S+Z \(15 min/],
  ["healthy", ["restore", "--to", "-15m", "--cutover", "rename"], 40, /^Plan: restore vulcan-prod to/],
  ["major-release", ["maintenance"], 32, /^Plan: migrate vulcan-prod 1\.42\.1 \(:42\) → 2\.0\.0 \(:43\)/],
] as const satisfies readonly (readonly [string, readonly string[], number, RegExp])[];

describe("a plan says first where and what, in few rows", () => {
  it.each(MOST_ROWS)("%s: %s in %i rows", async (scenario, argv, most, deed) => {
    const rows = (await plan(scenario, ...argv)).trimEnd().split("\n");
    expect(rows[0]).toMatch(/^SANDBOX \(127\.0\.0\.1:\d+\) vulcan-prod · 111122223333 · eu-west-1$/);
    expect(rows[1]).toMatch(deed);
    expect(rows.length).toBeLessThanOrEqual(most);
  });

  it("a maintenance says for how long one task serves, what is migrated, and when it ends", async () => {
    const text = await plan("major-release", "maintenance");
    expect(text).toMatch(/1 task +from \d\d:\d\dZ to about \d\d:\d\dZ/);
    expect(text).toMatch(/Migrates +.*the schema is at 6|Migrates +[\s\S]*the schema is at 6/);
    expect(text).toMatch(/Ends +about \d\d:\d\dZ; the window closes at \d\d:\d\dZ/);
    expect(text).toMatch(/\d questions/);
  });

  it("--verbose shows every step, check and request", async () => {
    const [folded, whole] = [await plan("healthy", "rollback"), await plan("healthy", "rollback", "--verbose")];
    expect(folded).not.toMatch(/aws ecs update-service/);
    expect(whole).toMatch(/Command +aws ecs update-service/);
    expect(whole).toMatch(/✓ OK +2 secrets exist/);
  });

  it("blocked: the cause and what to type stand in the first rows", async () => {
    const rows = (await plan("breaker-rolled-back", "rollback")).split("\n");
    expect(rows[1]).toBe("Blocked at step 1 (find): ECS has rolled back already. Next: the command below");
    expect(rows.slice(1, 8).join("\n")).toMatch(/Next +vulcan-ops rollback --to 42/);
  });
});
