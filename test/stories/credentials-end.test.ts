import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import type { Plan } from "../../src/domain/plan.ts";
import { json, queryError, rewritingProxy } from "../support/rewriting-proxy.ts";
import { eventsOf, mutations, openRig, type Rig, serviceRevision, vulcanOps } from "../support/sandbox-harness.ts";

let rig: Rig;
let proxy: Awaited<ReturnType<typeof rewritingProxy>>;
let credentials: string;
beforeAll(async () => {
  rig = await openRig("bad-but-healthy", 300);
  proxy = await rewritingProxy(rig.sandbox.endpoint);
  credentials = join(rig.stateDir, "credentials");
});
afterAll(async () => {
  await proxy.close();
  await rig.close();
});
beforeEach(async () => {
  await rig.sandbox.reset("bad-but-healthy");
  proxy.use({});
  vi.stubEnv("AWS_ENDPOINT_URL", proxy.url);
});
afterEach(() => vi.unstubAllEnvs());

/** Keys of a profile with a session, as tools for logins write them. */
function login(token: string): void {
  const { AWS_ACCESS_KEY_ID: key } = rig.sandbox.env;
  const keys = `aws_access_key_id = ${key}\naws_secret_access_key = x\naws_session_token = ${token}\n`;
  writeFileSync(credentials, `[corp]\nregion = eu-west-1\n${keys}`);
}

const BACK = ["rollback", "--to", "42", "--yes", "--confirm", "42", "--expect-current", "43"];
const run = (words: readonly string[], more: Parameters<typeof vulcanOps>[1] = {}) =>
  vulcanOps([...words, "--state-dir", rig.stateDir], { columns: 400, ...more });

/** After the request is sent, AWS takes no call any more; `after` so many refusals, `then` happens. */
function expireAfterSending(then: () => void = () => undefined, after = 4): void {
  let isSent = false;
  let isOver = true;
  let refusals = 0;
  proxy.use({
    own(operation) {
      if (!isSent || !isOver) {
        isSent ||= operation === "UpdateService";
        return undefined;
      }
      if (++refusals === after) {
        then();
        isOver = false;
      }
      const text = "The security token included in the request is expired";
      if (operation === "GetCallerIdentity") return queryError("ExpiredToken", text, 403);
      return json({ __type: "ExpiredTokenException", message: text }, 400);
    },
  });
}

describe("credentials that end in the middle of a rollback", () => {
  beforeEach(() => {
    login("OLD");
    for (const name of ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"]) vi.stubEnv(name, undefined);
    vi.stubEnv("AWS_SHARED_CREDENTIALS_FILE", credentials);
  });

  it("at a terminal: the run says what to type, waits, and comes to its end by itself", async () => {
    expireAfterSending(() => login("NEW"));
    const { code, stderr } = await run([...BACK, "--profile", "corp"], { askHidden: async () => undefined });
    expect([code, serviceRevision(rig.sandbox)]).toEqual([0, expect.stringContaining(":42")]);
    expect(stderr).toContain("these credentials have expired");
    expect(stderr).toContain("The run waits for new credentials, and then continues by itself.");
    expect(stderr).toContain("In another shell: aws configure --profile corp");
    expect(stderr.match(/The run waits/g)).toHaveLength(1);
    expect(stderr).toContain("Credentials are there again; the run continues.");
    expect(mutations(rig.sandbox).filter((name) => name === "UpdateService")).toHaveLength(1);
  });

  it("at a terminal, and nobody comes: it ends after an hour with exit 4 and the line that resumes it", async () => {
    expireAfterSending(undefined, Number.POSITIVE_INFINITY);
    const { code, stderr } = await run([...BACK, "--profile", "corp"], { askHidden: async () => undefined });
    expect([code, stderr]).toEqual([
      4,
      expect.stringMatching(/No new credentials have come\.[\s\S]*vulcan-ops resume x/),
    ]);
    expect(stderr.match(/The run waits/g)).toHaveLength(1);
  });

  it("without a terminal: exit 4 with the login line and the line that resumes it", async () => {
    expireAfterSending();
    const { code, stderr } = await run([...BACK, "--profile", "corp"]);
    expect([code, stderr]).toEqual([
      4,
      expect.stringMatching(/aws configure --profile corp[\s\S]*vulcan-ops resume x/),
    ]);
    expect(stderr).not.toContain("The run waits");
  });
});

describe("credentials that end before the plan does", () => {
  const inMinutes = (minutes: number) => new Date(Date.now() + minutes * 60_000).toISOString();
  const findings = async (words: readonly string[], end: string) => {
    vi.stubEnv("AWS_CREDENTIAL_EXPIRATION", end);
    const { stdout } = await run([...words, "--dry-run", "--output", "json"]);
    return (JSON.parse(stdout) as Plan).steps[0]?.findings.filter(({ code }) => code.startsWith("credentials"));
  };

  it.each([
    ["rollback", ["rollback", "--to", "42"], 2, "warn"],
    ["restore", ["restore", "--latest"], 20, "warn"],
    ["cutover", ["restore", "--latest", "--cutover", "rename"], 50, "block"],
    ["maintenance", ["maintenance", "--to", "42"], 30, "block"],
  ] as const)("%s", async (_name, words, minutes, level) => {
    expect(await findings(words, inMinutes(minutes))).toMatchObject([{ level, code: "credentials-short" }]);
    expect(await findings(words, inMinutes(600))).toEqual([]);
  });

  it("stop a maintenance before it sends anything", async () => {
    vi.stubEnv("AWS_CREDENTIAL_EXPIRATION", inMinutes(30));
    const { code, stderr } = await run(["maintenance", "--to", "42", "--yes"]);
    expect([code, stderr]).toEqual([11, expect.stringContaining("put new keys into the environment")]);
    expect(mutations(rig.sandbox)).toEqual([]);
  });
});

describe("another principal than the one on record", () => {
  const as = (within: string) =>
    proxy.use({
      rewrite: (operation, text) =>
        operation === "GetCallerIdentity" ? text.replace(/assumed-role\/operator\/rehearsal/g, within) : text,
    });
  async function stopped(): Promise<string> {
    const { stdout } = await run([...BACK, "--output", "ndjson"]);
    return eventsOf(stdout)[0]?.execution ?? "";
  }

  it.each([
    ["resume", true],
    ["undo", false],
  ])("%s wants its name, records it, and does not ask for it again", async (verb, isOpen) => {
    if (isOpen) expireAfterSending(undefined, Number.POSITIVE_INFINITY);
    const id = await stopped();
    as("assumed-role/Admin/bob");
    const words = [verb, id, ...(isOpen ? [] : ["--yes", "--expect-current", "42", "--confirm", "43"])];
    const without = await run(words);
    expect([without.code, without.stderr]).toEqual([6, expect.stringContaining("--confirm Admin/bob")]);
    expect(without.stderr).toContain("assumed-role/operator/rehearsal");
    const done = await run([...words, "--confirm", "Admin/bob", "--output", "ndjson"]);
    const resumed = eventsOf(done.stdout).find(({ type }) => type === "execution.resumed");
    expect([done.code, resumed]).toMatchObject([0, { caller: { arn: expect.stringContaining("Admin/bob") } }]);
    expect(
      (await run(["undo", id, "--yes", "--expect-current", isOpen ? "42" : "43", "--confirm", "43"])).stderr,
    ).not.toContain("Admin/bob");
  });

  it("is not asked of the same role's next session", async () => {
    as("assumed-role/operator/botocore-session-1712750000");
    const id = await stopped();
    as("assumed-role/operator/botocore-session-1712759999");
    const { code } = await run(["undo", id, "--yes", "--confirm", "43", "--expect-current", "42"]);
    expect(code).toBe(0);
  });
});
