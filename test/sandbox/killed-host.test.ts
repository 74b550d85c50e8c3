import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { build } from "esbuild";
import { afterAll, expect, test } from "vitest";

const ROOT = resolve(import.meta.dirname, "../..");
const folder = mkdtempSync(join(tmpdir(), "killed-host-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const HOST = `
import { startSandbox } from "./src/sandbox/index.ts";
const { env, databaseUrl } = await startSandbox({ scenario: "healthy" });
console.log(JSON.stringify({ clock: env.VULCAN_OPS_CLOCK, databaseUrl }));
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
  return { host, ...(JSON.parse(String(line)) as { clock: string; databaseUrl: string }) };
}

const isOpen = (port: number): Promise<boolean> =>
  new Promise((settle) => {
    const socket = connect(port, "127.0.0.1", () => {
      socket.destroy();
      settle(true);
    });
    socket.on("error", () => settle(false));
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
