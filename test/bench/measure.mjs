// What both benches use: commands timed from outside, a sandbox of its own, and lines of figures.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { build } from "rolldown";

export const state = mkdtempSync(join(tmpdir(), "vulcan-ops-bench-"));
export const MAIN = join("dist", "main.js");
export const node = process.execPath;

export function time(command, args, env = {}) {
  const started = performance.now();
  const done = spawnSync(command, args, { env: { ...process.env, ...env }, stdio: ["ignore", "pipe", "pipe"] });
  return {
    ms: performance.now() - started,
    status: done.status,
    stdout: String(done.stdout),
    stderr: String(done.stderr),
  };
}

/** One of the TypeScript programs beside the benches, as a file that plain Node runs; gone with the rest. */
export async function bundled(name, dir = state) {
  await build({
    input: join("test", "bench", `${name}.ts`),
    platform: "node",
    resolve: { mainFields: ["module", "main"] },
    external: ["pg-native"],
    output: { dir, entryFileNames: "[name].mjs", chunkFileNames: "[name]-[hash].mjs" },
    logLevel: "warn",
  });
  return join(dir, `${name}.mjs`);
}

export const ours = (args, env) => time(node, [MAIN, ...args, "--state-dir", state], env);
export const bare = () => time(node, ["-e", "0"]).ms;
export const median = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];

/** One line: what was measured, against what was asked; `atLeast` where more is better. */
export function report(label, figure, unit, limit, note = "", atLeast = false) {
  const isMet = atLeast ? Number(figure) >= limit : Number(figure) <= limit;
  const verdict = limit === undefined ? "" : isMet ? "ok" : "MISSED";
  const asked = limit === undefined ? "" : `asked ${atLeast ? ">=" : "<="} ${limit}`;
  console.log(
    `${label.padEnd(44)} ${String(figure).padStart(7)} ${unit.padEnd(12)} ${asked.padEnd(14)} ${verdict.padEnd(7)} ${note}`,
  );
}

/** Starts a sandbox in the background; its variables, its pid, and how long that took. */
export function startSandbox(scenario, speed) {
  const started = ours(["sandbox", "start", "--scenario", scenario, "--speed", String(speed)]);
  if (started.status !== 0) throw new Error(started.stderr);
  const exports = [...started.stdout.matchAll(/^export (\w+)='(.*)'$/gm)].map(([, name, value]) => [name, value]);
  return { env: Object.fromEntries(exports), pid: Number(/pid (\d+)/.exec(started.stderr)?.[1]), ms: started.ms };
}

export const stopSandbox = () => ours(["sandbox", "stop"]);

/** Asks the sandbox's control port. */
export async function control(env, what, body) {
  const [method, name] = what.split(" ");
  const answer = await fetch(`${env.AWS_ENDPOINT_URL}/_sandbox/${name}`, {
    method,
    headers: { "x-sandbox-key": env.AWS_ACCESS_KEY_ID },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return answer.json();
}

export const tidy = () => rmSync(state, { recursive: true, force: true });
