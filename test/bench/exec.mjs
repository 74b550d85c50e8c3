import { bundled, median, node, report, startSandbox, stopSandbox, tidy, time } from "./measure.mjs";

/** What the agent waits before it first reads what a command prints, at speed 1. (reference: ecs-exec.md §1, fact 14) */
const AGENT_MS = 1000;

console.log(`exec bench: Node ${process.version}`);
const out = await bundled("exec-figures");
const { env } = startSandbox("healthy", 1);
try {
  const done = time(node, [out], env);
  if (done.status !== 0) throw new Error(done.stderr);
  const { short, long, megabytes } = JSON.parse(done.stdout);
  const beside = short.map((ms) => ms - AGENT_MS);
  report("true, beside the agent's second", (median(beside) / 1000).toFixed(2), "s", 1.5, spread(beside));
  const rates = long.map((ms) => megabytes / ((ms - AGENT_MS) / 1000));
  report("5 MB of output", median(rates).toFixed(1), "MB/s", 5, spread(rates), true);
} finally {
  stopSandbox();
  tidy();
}

function spread(list) {
  const sorted = [...list].sort((a, b) => a - b);
  return `${sorted[0].toFixed(1)} to ${sorted.at(-1).toFixed(1)}`;
}
