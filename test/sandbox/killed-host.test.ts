import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { promisify } from "node:util";
import { build } from "esbuild";
import pg from "pg";
import { afterAll, expect, test } from "vitest";
import { COPY, follow, isAvailable, restore } from "./databases.ts";
import { clients } from "./support.ts";

const ROOT = resolve(import.meta.dirname, "../..");
const folder = mkdtempSync(join(tmpdir(), "killed-host-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const HOST = `
import { startSandbox } from "./src/sandbox/index.ts";
const { env, databaseUrl, endpoint } = await startSandbox({ scenario: "healthy", speed: 300 });
console.log(JSON.stringify({ clock: env.VULCAN_OPS_CLOCK, databaseUrl, endpoint }));
`;

/** A process of its own that hosts a sandbox, as the built program would. */
async function startHost() {
  const outfile = join(folder, "host.mjs");
  await build({
    stdin: { contents: HOST, resolveDir: ROOT, loader: "ts" },
    bundle: true,
    platform: "node",
    format: "esm",
    external: ["pg-native"],
    banner: { js: 'import { createRequire as __from } from "node:module"; const require = __from(import.meta.url);' },
    outfile,
    logLevel: "silent",
  });
  const env = { ...process.env, NODE_PATH: join(ROOT, "node_modules") };
  const host = spawn(process.execPath, [outfile], { env, stdio: ["ignore", "pipe", "inherit"] });
  const [line] = (await once(host.stdout, "data")) as [Buffer];
  return { host, ...(JSON.parse(String(line)) as { clock: string; databaseUrl: string; endpoint: string }) };
}

const isOpen = (port: number): Promise<boolean> =>
  new Promise((settle) => {
    const socket = connect(port, "127.0.0.1", () => {
      socket.destroy();
      settle(true);
    });
    socket.on("error", () => settle(false));
  });

/** The processes, watching shells too, whose command names the folder. */
async function processesOf(folder: string): Promise<string[]> {
  const { stdout } = await promisify(execFile)("ps", ["-eo", "args="], { maxBuffer: 2 ** 24 });
  return stdout.split("\n").filter((line) => line.includes(folder));
}

const serverFolders = async (port: number, url: string): Promise<string> => {
  const { username, password } = new URL(url);
  const client = new pg.Client({ host: "127.0.0.1", port, user: username, password, database: "vulcan" });
  await client.connect();
  const { rows } = await client.query<{ data_directory: string }>("SHOW data_directory");
  await client.end();
  return dirname(rows[0]?.data_directory ?? "");
};

test("two servers end with the sandbox that is stopped, and with the one that is killed", async () => {
  for (const kill of [false, true]) {
    const { host, clock, databaseUrl, endpoint } = await startHost();
    const { rds } = clients({ endpoint });
    await restore(rds, { UseLatestRestorableTime: true });
    const { instance } = await follow(rds, COPY, isAvailable);
    const ports = [Number(new URL(databaseUrl).port), instance.Endpoint?.Port ?? 0];
    const folders = await Promise.all(ports.map((port) => serverFolders(port, databaseUrl)));
    expect(folders.map(dirname)).toEqual([dirname(clock), dirname(clock)]);
    expect(new Set(folders).size).toBe(2);
    const gone = once(host, "exit");
    if (kill) host.kill("SIGKILL");
    else await fetch(`${endpoint}/_sandbox/stop`, { method: "POST" });
    await gone;
    for (const one of folders) {
      await expect.poll(() => existsSync(one), { timeout: 20_000 }).toBe(false);
      await expect.poll(() => processesOf(one), { timeout: 5000 }).toEqual([]);
    }
    expect(await Promise.all(ports.map(isOpen))).toEqual([false, false]);
  }
});

test("a host that is killed leaves no server, no port and no folder behind", async () => {
  const { host, clock, databaseUrl } = await startHost();
  const port = Number(new URL(databaseUrl).port);
  expect(await isOpen(port)).toBe(true);
  const gone = once(host, "exit");
  host.kill("SIGKILL");
  await gone;
  await expect.poll(() => existsSync(dirname(clock)), { timeout: 20_000 }).toBe(false);
  expect(await isOpen(port)).toBe(false);
});
