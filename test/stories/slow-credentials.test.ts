import { chmodSync, existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import type { Plan } from "../../src/domain/plan.ts";
import { openRig, type Rig, vulcanOps } from "../support/sandbox-harness.ts";

/** Longer than every limit of a preflight: the time is the helper's, not AWS's. */
const HELPER_SECONDS = 4;

let rig: Rig;
let calls = "";
beforeAll(async () => {
  rig = await openRig("breaker-rolled-back", 120);
  calls = join(rig.stateDir, "calls");
  const helper = join(rig.stateDir, "helper.sh");
  const key = process.env.AWS_ACCESS_KEY_ID;
  const answer = `{"Version":1,"AccessKeyId":"${key}","SecretAccessKey":"x","Expiration":"2036-01-01T00:00:00Z"}`;
  writeFileSync(
    helper,
    `#!/bin/sh\necho called >> ${calls}\nsleep ${HELPER_SECONDS}\n[ -z "$HELPER_FAILS" ] || exit 1\necho '${answer}'\n`,
  );
  chmodSync(helper, 0o755);
  const config = join(rig.stateDir, "aws-config");
  writeFileSync(config, `[profile proc]\nregion = eu-west-1\ncredential_process = ${helper}\n`);
  vi.stubEnv("AWS_CONFIG_FILE", config);
  for (const name of ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"]) vi.stubEnv(name, undefined);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await rig.close();
});
beforeEach(() => rmSync(calls, { force: true }));

const callsMade = () => (existsSync(calls) ? readFileSync(calls, "utf8").trim().split("\n").length : 0);

describe("a helper for credentials that takes its time", () => {
  it("is started once, is told of, and changes nothing of what is read or chosen", async () => {
    const argv = ["rollback", "--to", "41", "--profile", "proc", "--dry-run", "--state-dir", rig.stateDir];
    const { stdout, stderr } = await vulcanOps(argv, { columns: 500 });
    expect(stderr).toContain("Waiting for credentials of profile proc");
    expect(`${stdout}${stderr}`).not.toMatch(/no answer within|could not be read just now/);
    expect(callsMade()).toBe(1);
  });

  it("holds up the overview, and hides no part of it", async () => {
    const { stdout, stderr } = await vulcanOps(["status", "--profile", "proc", "--state-dir", rig.stateDir]);
    expect(stderr).toContain("Waiting for credentials of profile proc");
    expect(stdout).toContain("(:42)");
    expect(callsMade()).toBe(1);
  });

  it("holds up a plan, too, and the schema's state", { tags: ["variant"] }, async () => {
    const plan = await vulcanOps(["plan", "rollback-service", "--input", "to=41", "--profile", "proc"]);
    expect(plan.stderr).toContain("Waiting for credentials of profile proc");
    const schema = await vulcanOps(["migrate", "status", "--profile", "proc"]);
    expect(schema.stderr).toContain("Waiting for credentials of profile proc");
  });

  it("is not started for each request again where it has failed", async () => {
    vi.stubEnv("HELPER_FAILS", "1");
    const { code } = await vulcanOps(["status", "--profile", "proc", "--state-dir", rig.stateDir]);
    vi.stubEnv("HELPER_FAILS", undefined);
    expect(code).not.toBe(0);
    // The SDK's own chain tries the profile's helper in two places.
    expect(callsMade()).toBeLessThanOrEqual(2);
  });
});

it("a plan of data says nothing on the screen", { tags: ["variant"] }, async () => {
  const argv = ["rollback", "--profile", "proc", "--dry-run", "--output", "json", "--state-dir", rig.stateDir];
  const { stdout, stderr } = await vulcanOps(argv);
  expect((JSON.parse(stdout) as Plan).steps[0]?.findings.map(({ code }) => code)).not.toContain("history-unread");
  expect(stderr).toBe("");
});
