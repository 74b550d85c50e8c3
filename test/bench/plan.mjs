// Figures of the dry run in a pipeline: every runbook's text, one that is broken, and all of them in sandboxes.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { bare, MAIN, median, node, report, state, tidy, time } from "./measure.mjs";

const ROUNDS = 15;
const plan = (...words) => time(node, [MAIN, "plan", ...words]);

console.log(`plan bench: Node ${process.version}, ${availableParallelism()} cores`);
try {
  offline();
  broken();
  sandbox();
} finally {
  tidy();
}

function offline() {
  const run = () => plan("--all", "--dry-run=offline");
  run();
  const rounds = Array.from({ length: ROUNDS }, () => {
    const base = bare();
    const { ms, status } = run();
    if (status !== 0) throw new Error(`exit ${status}`);
    return { ms, ratio: ms / base };
  });
  const ratio = median(rounds.map((round) => round.ratio)).toFixed(2);
  report(
    "plan --all --dry-run=offline",
    ratio,
    "x node -e 0",
    3,
    `${median(rounds.map(({ ms }) => ms)).toFixed(0)} ms`,
  );
}

/** A text that has to be parsed and judged anew, and one that is refused for its size. */
function broken() {
  const text = readFileSync("runbooks/rollback-migration.yaml", "utf8");
  const many = Array.from({ length: 100_000 }, (_, index) => `k${index}: 1\n`).join("");
  const texts = { misspelt: text.replace("action: ", "acton: "), "100,000 keys": text + many };
  // An earlier bench may have tidied up.
  mkdirSync(state, { recursive: true });
  for (const [name, broken] of Object.entries(texts)) {
    const path = join(state, "broken.yaml");
    writeFileSync(path, broken);
    const rounds = Array.from({ length: ROUNDS }, () => plan(path, "--dry-run=offline"));
    if (rounds.some(({ status }) => status !== 6)) throw new Error(`${name}: ${rounds[0].stderr}`);
    report(`a defect found (${name})`, median(rounds.map(({ ms }) => ms)).toFixed(0), "ms", 300);
  }
}

function sandbox() {
  const { ms, status, stdout } = plan("--all", "--dry-run=sandbox", "--output", "json");
  const cases = JSON.parse(stdout).runbooks.flatMap((runbook) =>
    runbook.cases.filter((one) => one.depth === "sandbox"),
  );
  report(
    "plan --all --dry-run=sandbox",
    (ms / 1000).toFixed(0),
    "s",
    120,
    `exit ${status}, ${cases.length} rehearsals`,
  );
}
