import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { resolveTarget } from "../../src/target/resolve.ts";
import { countingIds, TARGET } from "../support/sandbox-harness.ts";

const folder = mkdtempSync(join(tmpdir(), "vulcan-ops-resolve-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Settings of the target in the user's own file, if any. */
function resolve(settings: string | undefined, more: NodeJS.ProcessEnv = {}) {
  const VULCAN_OPS_CONFIG = join(folder, "vulcan-ops.yaml");
  writeFileSync(VULCAN_OPS_CONFIG, `schemaVersion: "1"\ntargets:\n  vulcan-prod: {${settings ?? ""}}\n`);
  const env = { VULCAN_OPS_CONFIG, AWS_CONFIG_FILE: "/dev/null", AWS_SHARED_CREDENTIALS_FILE: "/dev/null", ...more };
  const note = () => undefined;
  return resolveTarget({}, { env, cwd: folder, ids: countingIds(), stop: new AbortController().signal, note });
}

const SANDBOX = { AWS_ENDPOINT_URL: "http://127.0.0.1:4566" };

describe("a target is production", () => {
  it.each<[string, string | undefined, NodeJS.ProcessEnv, boolean]>([
    ["at AWS itself, where nothing says otherwise", undefined, {}, true],
    ["at AWS itself, unless it says that it is not", "production: false", {}, false],
    [
      "at AWS itself by a VPC endpoint",
      undefined,
      { AWS_ENDPOINT_URL_SSM: "https://vpce-0a.ssm.eu-west-1.vpce.amazonaws.com" },
      true,
    ],
    [
      "with an endpoint of a service that is not used",
      undefined,
      { AWS_ENDPOINT_URL_DYNAMODB: "http://localhost:8000", AWS_ENDPOINT_URL_KINESIS: "http://localhost:8001" },
      true,
    ],
    [
      "nor with the endpoint of a shared journal elsewhere",
      "journal: dynamodb://journal",
      { AWS_ENDPOINT_URL_DYNAMODB: "http://localhost:8000" },
      false,
    ],
    ["not in a sandbox", undefined, SANDBOX, false],
  ])("%s", async (_name, settings, env, production) => {
    expect((await resolve(settings, env)).target.production).toBe(production);
  });

  it.each([
    ["AWS_ENDPOINT_URL", SANDBOX],
    ["AWS_ENDPOINT_URL_SSM", { AWS_ENDPOINT_URL_SSM: "http://127.0.0.1:4566" }],
    ["AWS_ENDPOINT_URL_APPLICATION_AUTO_SCALING", { AWS_ENDPOINT_URL_APPLICATION_AUTO_SCALING: "https://example.com" }],
  ])("and then refuses %s, and names it", async (name, env) => {
    await expect(resolve("production: true", env)).rejects.toMatchObject({
      detail: { code: "production-redirected", next: [`unset ${name}`] },
    });
  });
});

it("a rehearsal that was typed tries the channels of the configured target, and no other run in a sandbox does", async () => {
  const VULCAN_OPS_CONFIG = join(folder, "vulcan-ops.yaml");
  const topic = "arn:aws:sns:eu-west-1:111122223333:ops";
  writeFileSync(VULCAN_OPS_CONFIG, `schemaVersion: "1"\ntargets:\n  vulcan-prod: {notices: {topic: "${topic}"}}\n`);
  const env = { VULCAN_OPS_CONFIG, AWS_CONFIG_FILE: "/dev/null", ...SANDBOX };
  const base = { env, cwd: folder, ids: countingIds(), stop: new AbortController().signal, note: () => undefined };
  const pinned = { ...TARGET, name: "sandbox" };
  expect((await resolveTarget({}, { ...base, announces: true }, pinned)).notices).toEqual({ topic });
  expect((await resolveTarget({}, base, pinned)).notices).toBeUndefined();
});
