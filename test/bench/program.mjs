import {
  bare,
  bundled,
  MAIN,
  median,
  node,
  ours,
  report,
  startSandbox,
  state,
  stopSandbox,
  tidy,
  time,
} from "./measure.mjs";

const ROUNDS = 15;

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

console.log(`vulcan-ops bench: Node ${process.version}, ${ROUNDS} rounds, medians of paired ratios`);
paired("--version", 1.3, () => time(node, [MAIN, "--version"]), 0);
paired("--help", 1.3, () => time(node, [MAIN, "--help"]), 0);
paired("usage error (rollback --too)", 2, () => time(node, [MAIN, "rollback", "--too"]), 6);
completion();

const { env } = startSandbox("bad-release", 60);

try {
  const plan = paired("rollback --dry-run, running sandbox", 3.5, () => ours(["rollback", "--dry-run"], env), 0);
  const status = ["migrate", "status"];
  const byApi = { ...env, VULCAN_DATABASE_URL: "" };
  paired("migrate status by API", 2.2, () => time(node, [MAIN, ...status, "--without-aws"], byApi), 0);
  paired("... and AWS on what the image knows", undefined, () => time(node, [MAIN, ...status], byApi), 0);
  paired("... and SQL on the locks", undefined, () => time(node, [MAIN, ...status], env), 0);
  awsCli(plan);
  memory();
  await overhead();
} finally {
  stopSandbox();
  tidy();
}

/** A shell asks at each Tab, and waits. */
function completion() {
  const tab = () => time(node, [MAIN, "__complete", "rollback", "--to", ""]);
  tab();
  const rounds = Array.from({ length: ROUNDS }, () => ({ base: bare(), ...tab() }));
  if (rounds.some(({ status }) => status !== 0)) throw new Error(`completion: ${rounds[0].stderr}`);
  const ratio = median(rounds.map(({ ms, base }) => ms / base)).toFixed(2);
  report("completion", median(rounds.map(({ ms }) => ms)).toFixed(0), "ms", 250, `${ratio} x node -e 0`);
}

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
  report("times faster than four AWS CLI commands", times.toFixed(1), "x", 10, `${median(rounds).toFixed(0)} ms`, true);
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

async function overhead() {
  const out = await bundled("engine-overhead");
  const done = time(node, [out]);
  report("engine overhead a step, without fsync", Number(done.stdout).toFixed(2), "ms", 5);
}
