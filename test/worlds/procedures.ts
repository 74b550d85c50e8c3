import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { CreateSecretCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { PROBE_TEMPLATES } from "../../src/domain/reconnects/templates.ts";
import type { Sandbox } from "../../src/sandbox/index.ts";
import { writeOwnRunbook } from "./own-runbook.ts";
import { pipeline } from "./pipeline.ts";
import { queryRows } from "./snapshot.ts";
import { READING, type World } from "./world.ts";

/** Name of the instance that a restore makes. */
export const COPY = "vulcan-prod-then";

const TOPIC = "arn:aws:sns:eu-west-1:111122223333:vulcan-prod-alerts";

/** What a procedure means in its scenario. */
interface Meaning {
  /** The revision that serves before, and the one that serves once it is done. */
  readonly from: number;
  readonly to: number;
  /** What --expect-current has to say at the start. */
  readonly current: string | undefined;
  readonly confirm: readonly string[];
}

export function meaningOf({ procedure, flags }: World): Meaning {
  const byTask = flags.includes("task");
  const confirmDown = ["drop licences.seats", "down to 7", "41"];
  const moved = flags.includes("rename") ? "vulcan-prod" : COPY;
  const meanings: Readonly<Record<World["procedure"], Meaning>> = {
    rollback: { from: 43, to: 42, current: "43", confirm: ["42"] },
    down: { from: 43, to: 41, current: byTask ? "43" : "8", confirm: confirmDown },
    maintenance: { from: 42, to: 43, current: "42", confirm: [] },
    upgrade: { from: 42, to: 43, current: "42", confirm: ["43"] },
    alerts: { from: 42, to: 42, current: undefined, confirm: [] },
    own: { from: 42, to: 42, current: undefined, confirm: [] },
    follow: { from: 42, to: 43, current: undefined, confirm: [] },
    reconnects: { from: 42, to: 43, current: undefined, confirm: [] },
    restore: { from: 42, to: flags.includes("revision") ? 44 : 42, current: undefined, confirm: [moved] },
  };
  return meanings[procedure];
}

/** What the operator types to begin; what he types beside it, in the environment. */
export interface Start {
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** Prepares the world for the procedure, and gives the command line that begins it. */
export async function prepare(world: World, sandbox: Sandbox, folder: string): Promise<Start> {
  const { procedure, flags, wrongCurrent } = world;
  const { current, confirm } = meaningOf(world);
  const expected = current === undefined ? [] : ["--expect-current", wrongCurrent ?? current];
  const answers = READING.has(procedure)
    ? []
    : ["--yes", ...confirm.flatMap((text) => ["--confirm", text]), ...expected];
  const words: Readonly<Record<World["procedure"], () => Promise<readonly string[]> | readonly string[]>> = {
    rollback: () => ["rollback", "--to", "42"],
    down: () => ["migrate", "down", "2"],
    maintenance: () => ["maintenance"],
    upgrade: () => ["upgrade", "--to", "43"],
    alerts: () => ["alerts", "--topic", TOPIC],
    own: () => ["run", writeOwnRunbook(folder), "--input", `opens=${new Date(sandbox.now()).toISOString()}`],
    follow: () => deployed(["upgrade", "--follow"]),
    reconnects: () => deployed(["reconnects", "--follow"]),
    restore: async () => [
      "restore",
      "--to",
      await momentAmidRows(sandbox),
      "--as",
      COPY,
      ...(await secret(world, sandbox)),
    ],
  };
  const argv = [...(await words[procedure]()), ...flags, ...answers];
  const journal = world.isShared ? "journal: dynamodb://vulcan-ops-journal\n" : "";
  const settings = `${SETTINGS[procedure] ?? ""}${journal}` || undefined;
  return { argv, env: settings === undefined ? {} : { VULCAN_OPS_CONFIG: configuration(folder, settings) } };
}

/** What only the user's own configuration can allow: an alarm to be muted, probes. */
const SETTINGS: Readonly<Partial<Record<World["procedure"], string>>> = {
  maintenance: "mutedAlarms: vulcan-prod-5xx\n",
  own: "mutedAlarms: vulcan-prod-5xx\n",
  reconnects: PROBE_TEMPLATES,
};

function configuration(folder: string, settings: string): string {
  const path = join(folder, "vulcan-ops.yaml");
  mkdirSync(folder, { recursive: true });
  const target = settings.replaceAll(/^(?=.)/gm, "    ");
  writeFileSync(path, `schemaVersion: "1"\ntargets:\n  vulcan-prod:\n    cluster: vulcan-prod\n${target}`);
  return path;
}

/** A pipeline has begun to deploy. */
async function deployed(words: readonly string[]): Promise<readonly string[]> {
  await pipeline(43);
  return words;
}

const SECOND = 1000;

/** A whole second after a first row and before a second one. */
async function momentAmidRows(sandbox: Sandbox): Promise<string> {
  const url = sandbox.databaseUrl;
  await queryRows(url, "CREATE TABLE judged (row TEXT)");
  await queryRows(url, "INSERT INTO judged VALUES ('before')");
  await untilVirtual(sandbox, sandbox.now() + 5 * SECOND);
  const moment = Math.ceil(sandbox.now() / SECOND) * SECOND;
  await untilVirtual(sandbox, moment + 5 * SECOND);
  await queryRows(url, "INSERT INTO judged VALUES ('after')");
  return new Date(moment).toISOString();
}

export async function untilVirtual(sandbox: Sandbox, at: number): Promise<void> {
  while (sandbox.now() < at) await new Promise((resolve) => setTimeout(resolve, 1));
}

/** What a restored database holds of the two rows; empty where it cannot be read. */
export async function judgedRows(sandbox: Sandbox): Promise<string> {
  const rows = await queryRows(sandbox.databaseUrl, "SELECT row FROM judged").catch(() => []);
  return rows.map(({ row }) => String(row)).join(" and ");
}

/** With --cutover revision, the new address comes from a secret. */
async function secret({ flags }: World, sandbox: Sandbox): Promise<readonly string[]> {
  if (!flags.includes("revision")) return [];
  const url = new URL(sandbox.databaseUrl);
  const address = `${COPY}.c1x2y3.eu-west-1.rds.amazonaws.com:5432${url.pathname}`;
  const SecretString = `postgres://${url.username}:${url.password}@${address}`;
  const client = new SecretsManagerClient({});
  const { ARN = "" } = await client.send(new CreateSecretCommand({ Name: `vulcan/prod/db-url-${COPY}`, SecretString }));
  client.destroy();
  return ["--database-secret", ARN];
}
