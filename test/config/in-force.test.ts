import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { configurationInForce } from "../../src/app/configuration.ts";
import { variablesInForce } from "../../src/cli/environment-variables.ts";
import { resolveTarget } from "../../src/config/load.ts";
import { originText } from "../../src/domain/setting-in-force.ts";
import { renderConfiguration } from "../../src/ui/render/configuration.ts";
import { misfitsOf } from "../support/output-schemas.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "vulcan-ops-in-force-"));
  write(
    "project/vulcan-ops.yaml",
    `defaultTarget: prod
targets:
  prod:
    account: "111122223333"
    region: eu-west-1
    service: web
    production: true
`,
  );
  write(
    "home/vulcan-ops/vulcan-ops.yaml",
    `targets:
  prod:
    service: other
    production: false
    profile: ops
    reconnects:
      - {name: agents, sql: "SELECT count(*) FROM secret_table", expect: at-least 1}
`,
  );
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function write(name: string, body: string): void {
  const path = join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `schemaVersion: "1"\n${body}`);
}

const SECRETS = {
  VULCAN_DATABASE_URL: "postgres://ops:planted-1@db/vulcan",
  VULCAN_ADMIN_TOKEN: "planted-2",
  VULCAN_OPS_WEBHOOK: "https://hooks.example.com/planted-3",
  AWS_SECRET_ACCESS_KEY: "planted-4",
  HTTPS_PROXY: "http://user:planted-5@proxy:3128",
};

const environment = (env: Record<string, string> = {}) => ({
  env: {
    XDG_CONFIG_HOME: join(folder, "home"),
    XDG_STATE_HOME: "/state",
    AWS_CONFIG_FILE: "/dev/null",
    AWS_SHARED_CREDENTIALS_FILE: "/dev/null",
    ...SECRETS,
    ...env,
  },
  cwd: join(folder, "project"),
});

async function inForce(options: { target?: string; region?: string; profile?: string }, env?: Record<string, string>) {
  const where = environment(env);
  return configurationInForce(options, where, variablesInForce(where.env));
}

it("names the flag, the variable, the file and line, or the default that each value comes from", async () => {
  const found = await inForce({}, { AWS_REGION: "us-east-1", TZ: "Europe/Berlin" });
  const origins = [found.target, ...found.settings, found.stateDir].map(
    ({ name, value, origin }) => `${name} ${JSON.stringify(value)} ${originText(origin).replace(folder, "…")}`,
  );
  expect(origins.filter((row) => !row.endsWith("not set"))).toEqual([
    'target "prod" …/project/vulcan-ops.yaml:2',
    'account "111122223333" …/project/vulcan-ops.yaml:5',
    'region "eu-west-1" …/project/vulcan-ops.yaml:6',
    'cluster "vulcan-prod" default',
    'service "web" …/project/vulcan-ops.yaml:7',
    'database "vulcan-prod" default',
    "production true …/project/vulcan-ops.yaml:8",
    'migrationsFrom "api,sql" default',
    'migrationLock "7233001" default',
    'databaseVia "direct" default',
    'ask "each" default',
    'reconnects ["agents"] …/home/vulcan-ops/vulcan-ops.yaml:7',
    'profile "ops" …/home/vulcan-ops/vulcan-ops.yaml:6',
    'state-dir "/state/vulcan-ops" XDG_STATE_HOME',
  ]);
  expect(misfitsOf("config", { schemaVersion: 1, ...found })).toEqual([]);
  const all =
    JSON.stringify(found) + renderConfiguration(found, { columns: 80, colour: false, unicode: true, live: false });
  expect(all).not.toMatch(/planted|secret_table/);
  expect(found.variables).toContainEqual({ name: "TZ", value: "Europe/Berlin" });
  expect(found.variables.filter(({ value }) => value === undefined).map(({ name }) => name)).toEqual(
    expect.arrayContaining(Object.keys(SECRETS)),
  );
});

it("agrees with what every command resolves, whoever wins", async () => {
  for (const [options, env] of [
    [{}, {}],
    [{ target: "vulcan-prod", region: "us-east-1", profile: "flag" }, { AWS_PROFILE: "variable" }],
    [{}, { VULCAN_OPS_TARGET: "vulcan-prod", AWS_DEFAULT_REGION: "eu-west-2", AWS_DEFAULT_PROFILE: "variable" }],
  ] as const) {
    const found = await inForce(options, env);
    const where = environment(env);
    const { target, profile } = await resolveTarget(options, where.env, where.cwd);
    const values = Object.fromEntries(found.settings.map(({ name, value }) => [name, value]));
    expect({ ...values, name: found.target.value }).toMatchObject({ ...target, production: expect.any(Boolean) });
    expect(values.profile).toBe(profile);
  }
});

it("says that requests go elsewhere, and that a production target then stops every command", async () => {
  const { warnings, settings } = await inForce({}, { AWS_ENDPOINT_URL: "http://127.0.0.1:4566" });
  expect(warnings).toEqual([
    "Requests go to http://127.0.0.1:4566, not to AWS. The target is production: every command stops.",
  ]);
  expect(settings.find(({ name }) => name === "production")?.value).toBe(true);
  const open = await inForce({ target: "vulcan-prod" }, { AWS_ENDPOINT_URL: "http://127.0.0.1:4566" });
  expect(open.settings.find(({ name }) => name === "production")).toMatchObject({
    value: false,
    origin: { kind: "default" },
  });
});
