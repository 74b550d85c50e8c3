import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import type { DoctorFinding } from "../../src/domain/diagnosis.ts";
import type { Inspection } from "../../src/domain/inspection.ts";
import type { Plan } from "../../src/domain/plan.ts";
import { openRig, type Rig, vulcanOps } from "../support/sandbox-harness.ts";
import { problemsOf } from "../ui/junit-schema.ts";

let rig: Rig;
let folder: string;
let config: string;
beforeAll(async () => {
  rig = await openRig("bad-but-healthy");
  folder = mkdtempSync(join(tmpdir(), "vulcan-ops-identity-"));
  config = join(folder, "config");
  writeFileSync(
    config,
    `[profile other]
aws_access_key_id = AKIAOTHERACCOUNT0000
aws_secret_access_key = x
[profile mfa]
role_arn = arn:aws:iam::111122223333:role/operator
source_profile = other
mfa_serial = arn:aws:iam::111122223333:mfa/op
[profile sso]
sso_session = corp
sso_account_id = 111122223333
sso_role_name = Operator
[sso-session corp]
sso_region = eu-west-1
sso_start_url = https://example.awsapps.com/start
`,
  );
});
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await rig.close();
});
afterEach(() => vi.unstubAllEnvs());

const NO_KEYS = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"];
const withoutKeys = () => {
  for (const name of NO_KEYS) vi.stubEnv(name, undefined);
  vi.stubEnv("AWS_EC2_METADATA_DISABLED", "true");
};
const hasState = ([word]: readonly string[]) => !["migrate", "watch", "logs"].includes(word ?? "");
const state = () => ["--state-dir", rig.stateDir];

describe("keys in the environment, and AWS_PROFILE", () => {
  it("are who `aws` would be, and every screen says by what", async () => {
    vi.stubEnv("AWS_CONFIG_FILE", config);
    vi.stubEnv("AWS_PROFILE", "other");
    const BY = "keys of the environment, not profile other of AWS_PROFILE";
    const plan = await vulcanOps(["rollback", "--to", "42", "--dry-run", "--output", "json", ...state()]);
    expect((JSON.parse(plan.stdout) as Plan).caller).toEqual({
      account: "111122223333",
      arn: "arn:aws:sts::111122223333:assumed-role/operator/rehearsal",
      source: BY,
    });
    const wide = { columns: 400 };
    expect((await vulcanOps(["rollback", "--to", "42", "--dry-run", ...state()], wide)).stdout).toContain(`by ${BY}`);
    expect((await vulcanOps(["status", "--verbose", ...state()], wide)).stdout).toContain(`/rehearsal, by ${BY}`);
    expect((await vulcanOps(["doctor", ...state()], wide)).stdout).toContain(`/rehearsal, by ${BY}`);
  });

  it("lose to the flag, and no line for `aws` then names another profile", async () => {
    vi.stubEnv("AWS_CONFIG_FILE", config);
    const { code, stderr } = await vulcanOps(["rollback", "--profile", "other", "--dry-run", ...state()]);
    expect([code, stderr]).toEqual([4, expect.stringContaining("aws --profile other sts get-caller-identity")]);
  });
});

it.each([
  ["mfa", "mfa-needed", 'eval "$(aws configure export-credentials --profile mfa --format env)"'],
  ["sso", "aws-expired", "aws sso login --profile sso"],
  ["msa", "profile-unknown", "aws configure list-profiles"],
])("profile %s ends with %s, and with what to type for it", async (profile, code, line) => {
  withoutKeys();
  vi.stubEnv("AWS_CONFIG_FILE", config);
  const wide = { columns: 400 };
  const rollback = await vulcanOps(["rollback", "--profile", profile, "--dry-run", ...state()], wide);
  expect([rollback.code, rollback.stderr]).toEqual([4, expect.stringContaining(`[${code}, exit 4]`)]);
  expect(rollback.stderr).toContain(line);
  const doctor = await vulcanOps(["doctor", "--profile", profile, "--output", "json", ...state()], wide);
  const { findings } = JSON.parse(doctor.stdout) as { readonly findings: readonly DoctorFinding[] };
  expect(findings.find(({ check }) => check === "identity")?.fixes).toContain(line);
});

it("another account stops every command, whichever read fails before it is known", async () => {
  const yaml = join(folder, "pinned.yaml");
  writeFileSync(
    yaml,
    'schemaVersion: "1"\ntargets:\n  vulcan-prod: {account: "999999999999", cluster: nowhere, database: nothing}\n',
  );
  const ended: unknown[] = [];
  const COMMANDS = [
    ["rollback", "--dry-run"],
    ["restore", "--to", "-15m", "--dry-run"],
    ["plan", "rollback-service"],
    ["migrate", "status", "--from", "sql"],
    ["migrate", "down", "1", "--dry-run"],
    ["maintenance", "--to", "42", "--dry-run"],
    ["upgrade", "--to", "43", "--dry-run"],
    ["restore", "--latest", "--cutover", "rename", "--yes", "--confirm", "vulcan-prod", "--expect-current", "42"],
    ["plan", "--all", "--dry-run=read"],
    ["alerts", "--topic", "arn:aws:sns:eu-west-1:111122223333:vulcan-prod-alerts", "--dry-run"],
    ["logs"],
    ["status"],
    ["doctor"],
    ["watch", "--for", "5m"],
  ];
  for (const words of COMMANDS) {
    const { code, stderr } = await vulcanOps([...words, ...(hasState(words) ? state() : [])], {
      env: { VULCAN_OPS_CONFIG: yaml },
    });
    ended.push([words.join(" "), code, /\[[\w-]+, exit \d+\]/.exec(stderr)?.[0] ?? stderr]);
  }
  expect(ended).toEqual(COMMANDS.map((words) => [words.join(" "), 11, "[account-mismatch, exit 11]"]));
});

it("the doctor names the proxy and the CA bundle in use, without its password", async () => {
  const bundle = join(folder, "bundle.pem");
  writeFileSync(bundle, "-----BEGIN CERTIFICATE-----\n");
  const env = { HTTPS_PROXY: "http://me:hunter22@127.0.0.1:1", NO_PROXY: "10.0.0.1", AWS_CA_BUNDLE: bundle };
  const { stdout } = await vulcanOps(["doctor", "--output", "json", ...state()], { env });
  const { findings } = JSON.parse(stdout) as { readonly findings: readonly DoctorFinding[] };
  expect(findings.filter(({ check }) => check === "network").map(({ evidence }) => evidence)).toEqual([
    "https goes by the proxy http://me:[password]@127.0.0.1:1 of HTTPS_PROXY, but for 10.0.0.1 (NO_PROXY)",
    `certificates are checked by ${bundle} of AWS_CA_BUNDLE`,
  ]);
});

describe("an inspection without credentials", () => {
  const WRONG = readFileSync(new URL("../../runbooks/rollback-service.yaml", import.meta.url), "utf8")
    .replaceAll("action: ", "action: no.such")
    .replace(/^id: .*/m, "id: mine");

  /** Each names an action that there is not. */
  const STEPS = WRONG.match(/action: /g)?.length;

  async function inspect(text: string, depths: string) {
    withoutKeys();
    const cwd = join(folder, "fork");
    mkdirSync(join(cwd, "runbooks"), { recursive: true });
    writeFileSync(join(cwd, "runbooks", "mine.yaml"), text);
    const junit = join(folder, "junit.xml");
    rmSync(junit, { force: true });
    const words = ["plan", "--all", `--dry-run=${depths}`, "--junit", junit, "--output", "json"];
    const outcome = await vulcanOps(words, { cwd, env: { GITHUB_ACTIONS: "true", GITHUB_WORKSPACE: cwd } });
    return { ...outcome, junit: readFileSync(junit, "utf8") };
  }

  it("says first what is wrong in a text, and that the rest was not done", async () => {
    const { code, stdout, stderr, junit } = await inspect(WRONG, "offline,read");
    const { runbooks, target, exitCode } = JSON.parse(stdout) as Inspection & { readonly exitCode: number };
    const errors = runbooks.flatMap(({ cases }) => cases.flatMap(({ remarks }) => remarks));
    expect([code, exitCode, errors.length]).toEqual([6, 6, STEPS]);
    expect(target?.cases).toMatchObject([{ name: "not done: no credentials", remarks: [{ rule: "VOPS223" }] }]);
    expect(stderr.match(/^::error /gm)?.length).toBe(STEPS);
    expect(stderr).toMatch(/^::notice title=VOPS223::not done: no AWS credentials/m);
    expect(junit).toMatch(/name="not done: no credentials"[^>]*><skipped\/>/);
    expect(problemsOf(junit)).toEqual([]);
  });

  it.each(["offline,read", "read"])(
    "reports good texts, and ends with why it could not do the rest: %s",
    async (depths) => {
      const { code, stdout, stderr, junit } = await inspect(WRONG.replaceAll("no.such", ""), depths);
      expect([code, stderr]).toEqual([4, expect.stringContaining("no AWS credentials were found")]);
      expect(JSON.parse(stdout)).toMatchObject({ exitCode: 4 });
      expect(junit).toContain("not done: no credentials");
    },
  );

  it("keeps the texts' findings where the configuration is wrong, too", async () => {
    vi.stubEnv("VULCAN_OPS_CONFIG", join(folder, "absent.yaml"));
    const { code, junit } = await inspect(WRONG, "offline,read");
    expect([code, junit.match(/<failure /g)?.length]).toEqual([6, STEPS]);
    expect(junit).toContain("not done: reads");
  });
});
