import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { loadJournal } from "../../src/journal/journal-file.ts";
import { eventsOf, openRig, type Rig, vulcanOps } from "../support/sandbox-harness.ts";

let rig: Rig;
beforeAll(async () => {
  rig = await openRig("bad-release");
  const config = join(mkdtempSync(join(tmpdir(), "vulcan-ops-test-")), "config");
  const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY } = rig.sandbox.env;
  const keys = `aws_access_key_id = ${AWS_ACCESS_KEY_ID}\naws_secret_access_key = ${AWS_SECRET_ACCESS_KEY}\n`;
  const rehearsal = `[profile rehearsal]\nendpoint_url = ${rig.sandbox.endpoint}\n${keys}`;
  writeFileSync(config, `${rehearsal}[profile other]\nregion = eu-west-1\n${keys}`);
  // A shell whose AWS configuration leads to the sandbox, by one profile, and by no variable.
  vi.stubEnv("AWS_CONFIG_FILE", config);
  for (const name of ["ENDPOINT_URL", "ACCESS_KEY_ID", "SECRET_ACCESS_KEY"]) vi.stubEnv(`AWS_${name}`, "");
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await rig.close();
});

const run = (argv: readonly string[], profile: string) => vulcanOps([...argv, "--profile", profile], { columns: 200 });

describe("a profile whose endpoint_url leads to a sandbox", () => {
  let id = "";

  it("is where the printed lines go: each names the profile, without which aws would ask somewhere else", async () => {
    const { stdout } = await run(["rollback", "--dry-run", "--verbose", "--state-dir", rig.stateDir], "rehearsal");
    expect(stdout).toContain("aws --profile rehearsal ecs stop-service-deployment");
    const { stdout: doctor } = await run(["doctor", "--state-dir", rig.stateDir, "--output", "json"], "rehearsal");
    const { findings } = JSON.parse(doctor) as { findings: readonly { readonly fixes?: readonly string[] }[] };
    const lines = findings.flatMap(({ fixes = [] }) => fixes).filter((line) => line.startsWith("aws "));
    expect(lines.length).toBeGreaterThan(0);
    for (const line of lines) expect(line).toMatch(/^aws --profile rehearsal .*--region[ =]/);
  });

  it("is where a rollback goes, says so, and the journal knows it", async () => {
    const flags = ["--yes", "--confirm", "42", "--expect-current", "43", "--state-dir", rig.stateDir];
    const { code, stdout } = await run(["rollback", ...flags, "--output", "ndjson"], "rehearsal");
    expect(code).toBe(0);
    id = eventsOf(stdout)[0]?.execution ?? "";
    const { execution } = await loadJournal(rig.stateDir, id);
    expect(execution.started.endpoint).toBe(rig.sandbox.endpoint);
  });

  it("is told by status and doctor", async () => {
    const status = await run(["status", "--verbose", "--state-dir", rig.stateDir], "rehearsal");
    expect(status.stdout).toContain(`requests go to ${rig.sandbox.endpoint}, not to AWS`);
    const doctor = await run(["doctor", "--output", "json", "--state-dir", rig.stateDir], "rehearsal");
    expect(JSON.parse(doctor.stdout).findings).toContainEqual(
      expect.objectContaining({
        check: "endpoint",
        level: "warn",
        fixes: ["remove endpoint_url of profile rehearsal from the AWS configuration"],
      }),
    );
  });

  it("is named beside another one, where a service is asked elsewhere", async () => {
    vi.stubEnv("AWS_ENDPOINT_URL_APPLICATION_AUTO_SCALING", "http://127.0.0.1:1");
    const { stdout } = await run(["status", "--verbose", "--state-dir", rig.stateDir], "rehearsal");
    vi.stubEnv("AWS_ENDPOINT_URL_APPLICATION_AUTO_SCALING", "");
    expect(stdout).toContain(
      `requests go to ${rig.sandbox.endpoint} and http://127.0.0.1:1 (Application Auto Scaling), not to AWS`,
    );
  });

  it("is the only way back to that execution: with another profile, undo refuses before anything is asked", async () => {
    const before = rig.sandbox.requests().length;
    const undo = await run(["undo", id, "--yes", "--state-dir", rig.stateDir], "other");
    expect([undo.code, undo.stderr]).toEqual([11, expect.stringContaining("this shell points at AWS itself")]);
    const newest = await run(["undo", "--yes", "--state-dir", rig.stateDir], "other");
    expect([newest.code, newest.stderr]).toEqual([6, expect.stringContaining("There is nothing to undo")]);
    expect(rig.sandbox.requests()).toHaveLength(before);
  });
});
