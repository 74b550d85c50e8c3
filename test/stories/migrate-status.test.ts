import { writeFileSync } from "node:fs";
import { type AddressInfo, createServer, type Server } from "node:net";
import { join } from "node:path";
import { ECSClient, TagResourceCommand } from "@aws-sdk/client-ecs";
import pg from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { vulcanOpsProcess } from "../support/process.ts";
import { mutations, type Outcome, openRig, type Rig, vulcanOps } from "../support/sandbox-harness.ts";
import { HANGS_MS, SOON_MS, USUAL_LIMITS } from "../support/soon.ts";

let rig: Rig;
let deaf: Server;
beforeAll(async () => {
  rig = await openRig("healthy", 60);
  deaf = createServer((socket) => socket.on("error", () => {}));
  await new Promise<void>((resolve) => deaf.listen(0, "127.0.0.1", resolve));
});
beforeEach(async () => {
  rig.sandbox.clearFaults();
  await rig.sandbox.reset("healthy");
});
afterAll(async () => {
  deaf.close();
  await rig.close();
});

const hanging = () => `http://127.0.0.1:${(deaf.address() as AddressInfo).port}`;

interface Setup {
  /** What the target's settings say beside the admin API's address. */
  readonly settings?: string;
  readonly adminUrl?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly columns?: number;
}

async function status(flags: readonly string[] = [], setup: Setup = {}): Promise<Outcome> {
  const { settings = "", adminUrl = rig.sandbox.loadBalancer, env = {}, columns = 300 } = setup;
  const VULCAN_OPS_CONFIG = join(rig.stateDir, "vulcan-ops.yaml");
  const admin = adminUrl === "" ? "" : `adminUrl: "${adminUrl}", `;
  writeFileSync(VULCAN_OPS_CONFIG, `schemaVersion: "1"\ntargets:\n  vulcan-prod: {${admin}${settings}}\n`);
  const outcome = await vulcanOps(["migrate", "status", ...flags], { env: { VULCAN_OPS_CONFIG, ...env }, columns });
  const password = new URL(rig.sandbox.databaseUrl).password;
  for (const secret of [password, rig.sandbox.env.VULCAN_ADMIN_TOKEN ?? "?"])
    expect(outcome.stdout + outcome.stderr).not.toContain(secret);
  expect(mutations(rig.sandbox).filter((call) => call !== "TagResource")).toEqual([]);
  return outcome;
}

const report = async (setup?: Setup) => JSON.parse((await status(["--output", "json"], setup)).stdout);

async function sql(text: string, work?: () => Promise<void>): Promise<void> {
  const client = new pg.Client({ connectionString: rig.sandbox.databaseUrl, application_name: "night-batch" });
  await client.connect();
  try {
    await client.query(text);
    await work?.();
  } finally {
    await client.end();
  }
}

/** A pipeline says with a tag what the image of :42 knows. */
async function label(value: string): Promise<void> {
  const resourceArn = "arn:aws:ecs:eu-west-1:111122223333:task-definition/vulcan-prod:42";
  await new ECSClient({}).send(new TagResourceCommand({ resourceArn, tags: [{ key: "vulcan.migrations", value }] }));
}

const withoutChance = (text: string) =>
  text
    .replace(/127\.0\.0\.1:\d+/g, "127.0.0.1:PORT")
    .replace(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ/g, "2026-04-10 00:00:00Z")
    .replace(/\d\d:\d\d:\d\dZ\n/g, "00:00:00Z\n");

describe("migrate status", () => {
  it.each([40, 80, 120])("on a screen of %i columns", async (columns) => {
    await label("9");
    await sql("UPDATE migrations SET duration_ms = 40 * 3 ^ version");
    const { code, stdout, stderr } = await status([], { columns });
    expect([code, stderr]).toEqual([0, ""]);
    await expect(withoutChance(stdout)).toMatchFileSnapshot(`../golden/ui/migrate-status-${columns}.txt`);
  });

  it("as JSON", async () => {
    await label("8");
    const found = await report();
    expect(found).toMatchObject({
      target: "vulcan-prod",
      answeredBy: "api",
      sources: [
        { source: "api", place: rig.sandbox.loadBalancer, outcome: "answered" },
        { source: "sql", outcome: "not asked" },
      ],
      newest: 7,
      last: 7,
      image: { known: true, newest: 8, how: "vulcan.migrations=8 on vulcan-prod:42" },
      pending: [{ from: 8, to: 8 }],
      ahead: [],
      holes: [],
      outOfOrder: [],
      duplicates: [],
      locks: { known: true, sessions: [] },
    });
    expect(found.applied).toHaveLength(7);
    expect(found.applied[6]).toEqual({
      version: 7,
      description: "Add licences.seats column",
      appliedAt: expect.stringMatching(/Z$/),
      durationMs: expect.any(Number),
    });
  });

  it("says holes, what came out of order, and a schema that is ahead of the image", async () => {
    await label("6");
    await sql("DELETE FROM migrations WHERE version = 4; UPDATE migrations SET applied_at = now() WHERE version = 2");
    expect(await report()).toMatchObject({
      holes: [{ from: 4, to: 4 }],
      outOfOrder: [{ version: 2, after: 3 }],
      pending: [],
      ahead: [7],
    });
    const { stdout } = await status();
    expect(stdout).toMatch(/^ +4 {2}- .*not applied: a hole$/m);
    expect(stdout).toContain("2 was applied after 3");
    expect(stdout).toContain("the schema has 7, which the deployed image does not know");
  });

  it("says that nothing tells what the image knows, or that AWS does not, and shows the rest", async () => {
    expect((await status()).stdout).toContain("unknown: no label or tag vulcan.migrations on vulcan-prod:42");
    const asked = rig.sandbox.requests().length;
    expect((await status(["--without-aws"])).stdout).toContain("unknown: AWS was not asked");
    expect(rig.sandbox.requests()).toHaveLength(asked);
    rig.sandbox.inject({ operation: "DescribeServices", when: "before", kind: "stall", ms: HANGS_MS });
    const begun = performance.now();
    const { code, stdout } = await status([], { env: USUAL_LIMITS });
    expect(performance.now() - begun).toBeLessThan(SOON_MS);
    expect([code, stdout]).toEqual([0, expect.stringContaining("unknown: no answer within 2 s")]);
  });

  it("is stopped where the service is another account's: its image tells nothing about this schema", async () => {
    const { code, stderr } = await status([], { settings: 'account: "999988887777"' });
    expect([code, stderr]).toEqual([11, expect.stringContaining("pinned to account 999988887777")]);
  });
});

describe("the sources", () => {
  it("SQL answers where the admin API hangs, which is said", async () => {
    const found = await report({ adminUrl: hanging(), env: USUAL_LIMITS });
    expect(found.answeredBy).toBe("sql");
    expect(found.sources).toEqual([
      {
        source: "api",
        place: hanging(),
        outcome: "failed",
        why: expect.stringContaining("did not answer within 1.4 s"),
      },
      { source: "sql", place: expect.stringMatching(/^vulcan@127\.0\.0\.1:\d+\/vulcan$/), outcome: "answered" },
    ]);
    const { stdout } = await status([], { adminUrl: hanging(), env: USUAL_LIMITS });
    expect(stdout).toMatch(/Read by +SQL, vulcan@127\.0\.0\.1:\d+\/vulcan/);
    expect(stdout).toMatch(/No answer admin API: .* did not answer within 1\.4 s/);
  });

  it("are asked in the order of the configuration, and no other", async () => {
    expect((await report({ settings: 'migrationsFrom: "sql,api"' })).answeredBy).toBe("sql");
    const alone = await report({ settings: "migrationsFrom: api" });
    expect(alone.sources.map(({ source }: { source: string }) => source)).toEqual(["api"]);
    expect(alone.locks).toEqual({ known: false, why: "migrationsFrom or --from leaves out sql" });
    expect((await status([], { settings: 'migrationsFrom: "sql, exec"' })).code).toBe(6);
  });

  it("where none is set up: exit 6 with what to set", async () => {
    const env = { VULCAN_DATABASE_URL: "", VULCAN_ADMIN_TOKEN: "" };
    const { code, stderr } = await status([], { env, adminUrl: "" });
    expect(code).toBe(6);
    expect(stderr).toContain("admin API: adminUrl of target vulcan-prod and VULCAN_ADMIN_TOKEN are not set");
    expect(stderr).toContain("SQL: VULCAN_DATABASE_URL is not set");
    expect(rig.sandbox.requests()).toEqual([]);
  });

  it("that refuse the token or the password: exit 4, each with its reason", async () => {
    const token = { VULCAN_ADMIN_TOKEN: "wrong-token" };
    const one = await status([], { env: { ...token, VULCAN_DATABASE_URL: "" } });
    expect(one.code).toBe(4);
    expect(one.stderr).toMatch(/admin API: .* answered HTTP 401/);
    expect(one.stderr).toContain("SQL: VULCAN_DATABASE_URL is not set");
    const url = new URL(rig.sandbox.databaseUrl);
    url.password = "wrong-password";
    const both = await status([], { env: { ...token, VULCAN_DATABASE_URL: url.href } });
    expect([both.code, both.stdout]).toEqual([4, ""]);
    expect(both.stderr).toContain("refused the user or the password");
    expect(both.stderr).not.toMatch(/wrong-(token|password)/);
  });

  it("that are not there: exit 1", async () => {
    const env = { VULCAN_DATABASE_URL: "postgres://a:b@127.0.0.1:1/c" };
    const { code, stderr } = await status([], { env, adminUrl: "http://127.0.0.1:1" });
    expect(code).toBe(1);
    expect(stderr.match(/cannot be reached \(ECONNREFUSED\)/g)).toHaveLength(2);
  });

  it("a malformed URL is not repeated", async () => {
    const { code, stderr } = await status([], { env: { VULCAN_DATABASE_URL: "postgres://app:12#geheim@db/x" } });
    expect(code).toBe(6);
    expect(stderr).not.toContain("geheim");
  });
});

describe("who holds the locks", () => {
  it("a migration that waits behind a report: both by name, and those that wait for it", async () => {
    await rig.sandbox.reset("migration-lock");
    const shown = async () => (await status()).stdout;
    await expect.poll(shown, { timeout: 20_000, interval: 200 }).toContain("a migration is running");
    const text = await shown();
    expect(text).toMatch(
      /PID \d+ \(vulcan, user vulcan, active, for .*\) holds advisory lock \d+; it waits for AccessExclusiveLock on documents behind PID \d+/,
    );
    expect(text).toMatch(/in its way: PID \d+ \(quarterly-report, .* holds AccessShareLock on documents/);
    const { locks } = await report();
    expect(locks.sessions.find(({ isMigrating }: { isMigrating: boolean }) => isMigrating)).toMatchObject({
      application: "vulcan",
      waitsFor: { on: "documents" },
    });
  });

  it("whoever has locked the list itself is named where nobody can read it", async () => {
    await sql("BEGIN; LOCK TABLE migrations IN ACCESS EXCLUSIVE MODE", async () => {
      const { code, stderr } = await status([], { env: USUAL_LIMITS });
      expect(code).toBe(1);
      expect(stderr).toContain("the table migrations is locked");
      expect(stderr).toMatch(/PID \d+ \(night-batch, .* holds AccessExclusiveLock on migrations/);
    });
  });

  it("unknown is said as unknown", async () => {
    const { stdout } = await status([], { env: { VULCAN_DATABASE_URL: "" } });
    expect(stdout).toMatch(/Locks +not checked: VULCAN_DATABASE_URL is not set/);
  });
});

describe("the words", () => {
  it("help names the verb and that it only reads", async () => {
    const { code, stdout } = await vulcanOpsProcess(["migrate", "--help"]);
    expect([code, stdout]).toEqual([0, expect.stringMatching(/migrate status\n.*only reads/)]);
  });

  it("the built program leaves nothing behind that keeps it waiting", async () => {
    const VULCAN_OPS_CONFIG = join(rig.stateDir, "vulcan-ops.yaml");
    writeFileSync(VULCAN_OPS_CONFIG, `schemaVersion: "1"\ntargets:\n  vulcan-prod: {adminUrl: "${hanging()}"}\n`);
    const { port } = deaf.address() as AddressInfo;
    const begun = performance.now();
    const { code } = await vulcanOpsProcess(["migrate", "status", "--without-aws"], {
      VULCAN_OPS_CONFIG,
      VULCAN_DATABASE_URL: `postgres://a:b@127.0.0.1:${port}/c`,
      ...USUAL_LIMITS,
    });
    expect(code).toBe(1);
    expect(performance.now() - begun).toBeLessThan(SOON_MS);
  });

  it.each([
    [["migrate"], "vulcan-ops migrate needs one of: status, down"],
    [["migrate", "stauts"], 'there is no vulcan-ops migrate "stauts" (did you mean "status"?)'],
    [["migrate", "constructor"], "there is no vulcan-ops migrate"],
    [["migrate", "status", "--via", "task"], "migrate status takes no --via"],
    [["migrate", "status", "7"], 'migrate status takes no "7"'],
  ])("%j is refused: exit 6", async (argv, expected) => {
    const { code, stderr } = await vulcanOps(argv, { columns: 300 });
    expect([code, stderr]).toEqual([6, expect.stringContaining(expected)]);
  });
});
