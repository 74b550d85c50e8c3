import { writeFileSync } from "node:fs";
import { join } from "node:path";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openRig, type Rig, vulcanOps } from "../support/sandbox-harness.ts";

let rig: Rig;
/** Another database on the same server, which has never seen most of the migrations. */
let staging: string;
beforeAll(async () => {
  rig = await openRig("healthy", 60);
  process.env.VULCAN_OPS_CONFIG = join(rig.stateDir, "vulcan-ops.yaml");
  const target = `vulcan-prod: {production: false, adminUrl: "${rig.sandbox.loadBalancer}"}`;
  writeFileSync(process.env.VULCAN_OPS_CONFIG, `schemaVersion: "1"\ntargets:\n  ${target}\n`);
  staging = rig.sandbox.databaseUrl.replace(/\/vulcan$/, "/staging");
  await run(rig.sandbox.databaseUrl, "CREATE DATABASE staging");
  await run(
    staging,
    `CREATE TABLE migrations (version int PRIMARY KEY, description text, applied_at timestamptz);
     INSERT INTO migrations SELECT g, 'm' || g, now() FROM generate_series(1, 3) AS g; CREATE TABLE licences (id int)`,
  );
});
afterAll(() => rig.close());

async function run(connectionString: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  await client.query(sql).finally(() => client.end());
}

interface Found {
  readonly level: string;
  readonly code: string;
  readonly text: string;
}

async function findingsOf(words: string, url: string): Promise<readonly Found[]> {
  const argv = [...words.split(" "), "--dry-run", "--output", "json", "--state-dir", rig.stateDir];
  const { stdout } = await vulcanOps(argv, { env: { VULCAN_DATABASE_URL: url } });
  return JSON.parse(stdout).steps[0].findings;
}

const levels = (found: readonly Found[], ...codes: readonly string[]) =>
  found.filter(({ code }) => codes.includes(code)).map(({ level, code }) => `${level} ${code}`);

/** Reads are given up after two real seconds, which a busy machine may need for something else: then once more. */
const soon = <T>(look: () => Promise<T>) => expect.poll(look, { timeout: 120_000 });
const ASKED = ["database-asked", "database-unproven", "database-another", "databases-differ", "down-object-absent"];

describe("the address in VULCAN_DATABASE_URL", () => {
  it.each(["migrate down 1", "restore --latest", "maintenance --to 42"])(
    "%s: the target's own is named",
    async (words) => {
      const asked = async () => {
        const found = await findingsOf(words, rig.sandbox.databaseUrl);
        return found.filter(({ code }) => ASKED.includes(code)).map(({ level, text }) => `${level} ${text}`);
      };
      const { host } = new URL(rig.sandbox.databaseUrl);
      await soon(asked).toEqual([`ok SQL is asked at ${host}/vulcan: vulcan-prod's address`]);
    },
  );

  it.each([
    ["migrate down 1", ["block databases-differ", "block down-object-absent"]],
    ["restore --latest", ["block databases-differ"]],
    ["maintenance --to 42", ["block databases-differ"]],
  ])("%s: another database with another list blocks", async (words, blocks) => {
    const codes = ["databases-differ", "down-object-absent", "down-harmless"];
    await soon(async () => levels(await findingsOf(words, staging), ...codes)).toEqual(blocks);
    await soon(
      async () => (await findingsOf(words, staging)).find(({ code }) => code === "databases-differ")?.text,
    ).toMatch(/admin API lists 7 migrations, newest 7, SQL at .*\/staging 3 migrations, newest 3/);
  });

  it("of another instance at RDS blocks, whether it answers or not; a name of one's own warns", async () => {
    const at = (host: string) => Object.assign(new URL(rig.sandbox.databaseUrl), { hostname: host }).href;
    const other = at("staging.abc123.eu-west-1.rds.amazonaws.com");
    await soon(async () => levels(await findingsOf("migrate down 1", other), ...ASKED)).toEqual([
      "block database-another",
    ]);
    const own = at("localhost");
    await soon(async () => levels(await findingsOf("migrate down 1", own), ...ASKED)).toEqual([
      "warn database-unproven",
    ]);
  });

  it.each<[string, () => string, unknown[]]>([
    ["the target's own is in order", () => rig.sandbox.databaseUrl, [0, "ok"]],
    ["one that contradicts the admin API fails", () => staging, [11, "ok", "fail"]],
    ["without one nothing is tried", () => "", [0, "untried"]],
  ])("doctor: %s", async (_name, url, expected) => {
    const doctor = async () => {
      const argv = ["doctor", "--output", "json", "--state-dir", rig.stateDir];
      const { code, stdout } = await vulcanOps(argv, { env: { VULCAN_DATABASE_URL: url() } });
      const { findings } = JSON.parse(stdout) as { findings: { check: string; level: string }[] };
      return [code, ...findings.filter(({ check }) => check === "database").map(({ level }) => level)];
    };
    await soon(doctor).toEqual(expected);
  });
});
