// Figures as ratios within one run: every round starts `node -e 0` beside each command, and the median of the ratios
// counts. Absolute times say more about the machine. Usage: npm run bench [-- ROUNDS]
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { buildSync } from "esbuild";

const ROUNDS = Number(process.argv[2] ?? 15);
const state = mkdtempSync(join(tmpdir(), "vulcan-ops-bench-"));
const MAIN = join("dist", "main.js");
const node = process.execPath;

function time(command, args, env = {}) {
  const started = performance.now();
  const done = spawnSync(command, args, { env: { ...process.env, ...env }, stdio: ["ignore", "pipe", "pipe"] });
  return {
    ms: performance.now() - started,
    status: done.status,
    stdout: String(done.stdout),
    stderr: String(done.stderr),
  };
}

const ours = (args, env) => time(node, [MAIN, ...args, "--state-dir", state], env);
const bare = () => time(node, ["-e", "0"]).ms;
const median = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];

function paired(label, limit, run, expected) {
  const ratios = [];
  const times = [];
  run();
  for (let round = 0; round < ROUNDS; round++) {
    const base = bare();
    const done = run();
    if (done.status !== expected) throw new Error(`${label}: exit ${done.status}\n${done.stderr}`);
    ratios.push(done.ms / base);
    times.push(done.ms);
  }
  report(label, median(ratios).toFixed(2), "x node -e 0", limit, `${median(times).toFixed(0)} ms`);
  return median(times);
}

function report(label, figure, unit, limit, note = "") {
  const verdict = limit === undefined ? "" : Number(figure) <= limit ? "ok" : "MISSED";
  const asked = limit === undefined ? "" : `asked <= ${limit}`;
  console.log(
    `${label.padEnd(44)} ${String(figure).padStart(7)} ${unit.padEnd(12)} ${asked.padEnd(14)} ${verdict.padEnd(7)} ${note}`,
  );
}

console.log(`vulcan-ops bench: Node ${process.version}, ${ROUNDS} rounds, medians of paired ratios`);
paired("--version", 1.3, () => time(node, [MAIN, "--version"]), 0);
paired("--help", 1.3, () => time(node, [MAIN, "--help"]), 0);
paired("usage error (rollback --too)", 2, () => time(node, [MAIN, "rollback", "--too"]), 6);

const readies = [];
let env = {};
for (let round = 0; round < 5; round++) {
  const started = ours(["sandbox", "start", "--scenario", "bad-release", "--speed", "60"]);
  if (started.status !== 0) throw new Error(started.stderr);
  env = Object.fromEntries(
    [...started.stdout.matchAll(/^export (\w+)='(.*)'$/gm)].map(([, name, value]) => [name, value]),
  );
  const answer = await fetch(`${env.AWS_ENDPOINT_URL}/_sandbox/status`);
  const status = await answer.json();
  readies.push(status.readyMs ?? started.ms);
  if (round < 4) ours(["sandbox", "stop"]);
}
report("sandbox ready (its own process, start to ports)", (median(readies) / 1000).toFixed(2), "s", 2.5);

try {
  const plan = paired("rollback --dry-run, running sandbox", 3.2, () => ours(["rollback", "--dry-run"], env), 0);
  awsCli(plan);
  memory();
} finally {
  ours(["sandbox", "stop"]);
  rmSync(state, { recursive: true, force: true });
}
overhead();

/** What an operator would type for the same picture. */
function awsCli(plan) {
  if (time("aws", ["--version"]).status !== 0) return console.log("aws: not installed, not compared");
  const ecs = (...args) =>
    time("aws", ["ecs", ...args, "--endpoint-url", env.AWS_ENDPOINT_URL], { ...env, AWS_PAGER: "" });
  const rounds = Array.from({ length: 5 }, () => {
    const calls = [
      ecs("describe-services", "--cluster", "vulcan-prod", "--services", "vulcan-prod"),
      ecs("list-task-definitions", "--family-prefix", "vulcan-prod"),
      ecs("describe-task-definition", "--task-definition", "vulcan-prod:42"),
      ecs("list-tasks", "--cluster", "vulcan-prod", "--service-name", "vulcan-prod"),
    ];
    if (calls.some((call) => call.status !== 0)) throw new Error(calls.map((call) => call.stderr).join("\n"));
    return calls.reduce((sum, call) => sum + call.ms, 0);
  });
  const times = median(rounds) / plan;
  console.log(
    `${"times faster than four AWS CLI commands".padEnd(44)} ${times.toFixed(1).padStart(7)} ${"x".padEnd(12)} ${"asked >= 10".padEnd(14)} ${(times >= 10 ? "ok" : "MISSED").padEnd(7)} ${median(rounds).toFixed(0)} ms`,
  );
}

/** Peak resident memory of a whole rollback, as the kernel counts it, in a process beside the sandbox. */
function memory() {
  const hook = 'process.on("exit",()=>process.stderr.write("PEAK="+process.resourceUsage().maxRSS+"\\n"))';
  const flags = [
    "rollback",
    "--yes",
    "--confirm",
    "42",
    "--expect-current",
    "43",
    "--output",
    "ndjson",
    "--state-dir",
    state,
  ];
  const done = time(node, ["--import", `data:text/javascript,${encodeURIComponent(hook)}`, MAIN, ...flags], env);
  const peak = /PEAK=(\d+)/.exec(done.stderr)?.[1];
  report("peak memory of rollback", (Number(peak) / 1024).toFixed(0), "MB", 120, `exit ${done.status}`);
}

function overhead() {
  const out = join("dist", "bench-engine.mjs");
  buildSync({
    entryPoints: ["test/bench/engine-overhead.ts"],
    bundle: true,
    platform: "node",
    format: "esm",
    outfile: out,
  });
  const done = time(node, [out]);
  rmSync(out);
  report("engine overhead a step, without fsync", Number(done.stdout).toFixed(2), "ms", 5);
}
