// What a slow network costs: rounds of calls, the time to the plan and to the question with 100 ms a call. And the AWS
// CLI beside it: the very reads of a plan, one after another and eight at once.
import { spawn } from "node:child_process";
import { loadavg } from "node:os";
import { performance } from "node:perf_hooks";
import { bare, MAIN, median, node, ours, report, startSandbox, state, stopSandbox, tidy, time } from "./measure.mjs";
import { roundsIn, slowWay } from "./slow-way.mjs";

/** So long that work of this machine, which may have other work, does not make two rounds of one. */
const COUNTING_MS = 600;
const CALL_MS = 100;
const TRIES = 3;

/** Names of the AWS CLI where they are not those by which requests are signed. */
const CLI_NAMES = { elasticloadbalancing: "elbv2", monitoring: "cloudwatch" };

console.log(`rounds bench: Node ${process.version}, ${CALL_MS} ms a call`);
const { env } = startSandbox("bad-release", 60);
try {
  await dryRun(["rollback"], { rounds: 3 });
  await dryRun(["restore", "--to=-15m"], { rounds: 4 });
  await dryRun(["migrate", "down", "1"], { rounds: 5 });
  await dryRun(["maintenance", "--to", "42"], {});
  await dryRun(["status"], {}, []);
  await prompt();
  await besideAwsCli();
} finally {
  stopSandbox();
  tidy();
}

async function dryRun(words, { rounds: most }, flags = ["--dry-run"]) {
  const args = [...words, ...flags];
  const counted = [];
  for (let tried = 0; tried < TRIES; tried++) counted.push(await run(args, COUNTING_MS));
  const times = [];
  for (let tried = 0; tried < TRIES; tried++) times.push((await run(args, CALL_MS)).ms);
  // A call that this machine begins late may look like a round of its own, never the other way round.
  const rounds = Math.min(...counted.map(({ rounds }) => rounds));
  const label = `${args.join(" ")}: rounds`;
  report(label, rounds, "rounds", most, `${counted[0].calls.length} calls, ${median(times).toFixed(0)} ms`);
}

/** A command over the slow way, to its end. */
async function run(args, ms) {
  const way = await slowWay(env, ms);
  const begun = performance.now();
  const { code, output } = await ended(node, [MAIN, ...args, "--state-dir", state], way.env);
  const took = performance.now() - begun;
  way.close();
  // A plan may say that it cannot be done: its reads are the same.
  if (code !== 0 && code !== 11) throw new Error(`${args.join(" ")}: exit ${code}\n${output}`);
  return { ms: took, calls: way.calls, rounds: roundsIn(way.calls) };
}

function ended(file, args, variables) {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { env: { ...process.env, ...variables }, stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (part) => (output += part));
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, output }));
  });
}

/** Until the question of a rollback is on a terminal, which `script` lends; then it is declined. */
async function prompt() {
  if (time("script", ["--version"]).status !== 0) return console.log("script: not installed, the prompt is not timed");
  const tries = [];
  for (let tried = 0; tried < TRIES; tried++) tries.push(await untilAsked());
  const { calls, rounds } = tries[0];
  const note = `${calls.length} calls in ${rounds} rounds; node -e 0 ${bare().toFixed(0)} ms, load ${loadavg()[0].toFixed(1)}`;
  report(
    `rollback: until it asks, ${CALL_MS} ms a call`,
    median(tries.map(({ ms }) => ms)).toFixed(0),
    "ms",
    1000,
    note,
  );
}

async function untilAsked() {
  const way = await slowWay(env, CALL_MS);
  const line = [node, MAIN, "rollback", "--state-dir", state].map((word) => `'${word}'`).join(" ");
  const begun = performance.now();
  const child = spawn("script", ["-qfec", line, "/dev/null"], {
    env: { ...process.env, ...way.env, TERM: "xterm", CI: "" },
    stdio: ["pipe", "pipe", "inherit"],
  });
  let shown = "";
  let asked;
  child.stdout.on("data", (part) => {
    shown += part;
    if (asked !== undefined || !/Type 42 to/.test(shown)) return;
    asked = { ms: performance.now() - begun, calls: [...way.calls] };
    child.stdin.write("q\r");
  });
  await new Promise((resolve) => child.on("close", resolve));
  way.close();
  if (asked === undefined) throw new Error(`it never asked:\n${shown}`);
  return { ...asked, rounds: roundsIn(asked.calls) };
}

/** The same reads by the AWS CLI: its own start is most of each. */
async function besideAwsCli() {
  if (time("aws", ["--version"]).status !== 0) return console.log("aws: not installed, not compared");
  const { calls } = await run(["rollback", "--dry-run"], 0);
  const lines = calls.map(awsArguments);
  const mine = median(Array.from({ length: 9 }, () => ours(["rollback", "--dry-run"], env).ms));
  const inTurn = await timed(() => atOnce(lines, 1));
  const note = (ms) => `${lines.length} reads, ${(ms / 1000).toFixed(1)} s beside ${mine.toFixed(0)} ms`;
  report("times faster than the AWS CLI, in turn", (inTurn / mine).toFixed(1), "x", 30, note(inTurn), true);
  const eight = await timed(() => atOnce(lines, 8));
  report("... eight of it at once", (eight / mine).toFixed(1), "x", 6, note(eight), true);
}

async function timed(work) {
  const begun = performance.now();
  await work();
  return performance.now() - begun;
}

async function atOnce(lines, most) {
  const left = [...lines];
  const one = async () => {
    for (let args = left.shift(); args !== undefined; args = left.shift()) {
      const { code, output } = await ended("aws", args, { ...env, AWS_PAGER: "", AWS_MAX_ATTEMPTS: "1" });
      // What is not there is an answer, too.
      if (code !== 0 && !/NotFound/.test(output)) throw new Error(`aws ${args.join(" ")}: ${output}`);
    }
  };
  await Promise.all(Array.from({ length: most }, one));
}

function awsArguments({ service, name, body }) {
  const command = name.replaceAll(/(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])/g, "-").toLowerCase();
  const input = body.startsWith("{") ? JSON.parse(body) : queryInput(new URLSearchParams(body));
  return [CLI_NAMES[service] ?? service, command, "--cli-input-json", JSON.stringify(input)];
}

/** `Filter.1.Value.1=a` → `{Filters: [{Values: ["a"]}]}`: the members of lists are named in the singular on the wire of EC2. */
function queryInput(parameters) {
  const input = {};
  for (const [path, value] of parameters) {
    if (path === "Action" || path === "Version") continue;
    const steps = path.replaceAll(/\.member(?=\.)/g, "").split(".");
    let at = input;
    steps.forEach((step, index) => {
      const next = steps[index + 1];
      const isList = next !== undefined && /^\d+$/.test(next);
      const isPlural = isList && !step.endsWith("s");
      const key = /^\d+$/.test(step) ? Number(step) - 1 : isPlural ? `${step}s` : step;
      if (next === undefined) at[key] = value;
      else at = at[key] ??= isList ? [] : {};
    });
  }
  return input;
}
