// The start of the single executable beside `node dist/main.js`, in turn. Needs `npm run executable` before.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { bare, MAIN, median, node, report, startSandbox, state, stopSandbox, tidy, time } from "./measure.mjs";

const EXECUTABLE = join("build", "out", `vulcan-ops-${process.platform}-${process.arch}`);
const ROUNDS = 15;

function beside(label, args, expected, env = {}) {
  const rounds = Array.from({ length: ROUNDS }, () => {
    const [base, script, executable] = [bare(), time(node, [MAIN, ...args], env), time(EXECUTABLE, args, env)];
    for (const { status, stderr } of [script, executable])
      if (status !== expected) throw new Error(`${label}: exit ${status}\n${stderr}`);
    return { base, script: script.ms, executable: executable.ms };
  });
  const of = (name) => median(rounds.map((round) => round[name]));
  const ratio = median(rounds.map(({ script, executable }) => executable / script));
  const times = `${of("executable").toFixed(0)} ms beside ${of("script").toFixed(0)} ms; node -e 0: ${of("base").toFixed(0)} ms`;
  report(`executable: ${label}`, ratio.toFixed(2), "x of main.js", 1.5, times);
}

if (existsSync(EXECUTABLE)) {
  beside("--version", ["--version"], 0);
  beside("--help", ["--help"], 0);
  beside("usage error (rollback --too)", ["rollback", "--too"], 6);
  const { env } = startSandbox("bad-release", 60);
  try {
    beside("rollback --dry-run", ["rollback", "--dry-run", "--state-dir", state], 0, env);
  } finally {
    stopSandbox();
    tidy();
  }
} else {
  console.log(`${EXECUTABLE} is not there, not compared: npm run executable`);
}
