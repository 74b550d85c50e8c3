// What it costs to run 50 migrations before they ship: the whole command, its server included. Beside squawk, which reads
// the texts alone, where npx can get it.
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { madeMigrations } from "./made-migrations.mjs";
import { bundled, MAIN, median, node, report, state, time } from "./measure.mjs";

const COUNT = 50;

/** Its rules about style and time limits speak of nearly every statement. */
const STYLE = /^(prefer-|require-(lock|statement)-timeout|require-timeout|ban-char-field|identifier-too-long)/;

const folder = madeMigrations("migrations", COUNT, false);
const runs = Array.from({ length: 3 }, () => time(node, [MAIN, "lint", folder, "--output", "json"]));
const found = JSON.parse(runs[0].stdout);
if (runs[0].status !== 11 || found.migrations.length !== COUNT) throw new Error(runs[0].stderr);
const errors = found.migrations.filter(({ findings }) => findings.some(({ severity }) => severity === "error"));
const seconds = median(runs.map(({ ms }) => ms)) / 1000;
report(`lint of ${COUNT} migrations`, seconds.toFixed(1), "s", 15, `${errors.length} must not ship`);

const squawk = (...args) => time("npx", ["--yes", "squawk-cli@2.66.0", ...args], { SQUAWK_DISABLE_UPDATE_CHECK: "1" });
const AS_VULCAN = ["--assume-in-transaction", "--pg-version", "18.0"];
const hasSquawk = squawk("--version").status === 0;
if (hasSquawk) {
  const files = Array.from({ length: COUNT }, (_, at) => join(folder, `${at + 1}_step.up.sql`));
  const other = squawk(...AS_VULCAN, ...files);
  report("... by squawk, which runs nothing", (other.ms / 1000).toFixed(1), "s", undefined, `exit ${other.status}`);
} else console.log("squawk: not to be had, not compared");
rmSync(folder, { recursive: true });
await labelled();

/** Statements that were labelled before there was a rule: each alone, as Vulcan's runner runs it. */
async function labelled() {
  const out = await bundled("lint-figures", "node_modules/.cache/vulcan-ops/bench");
  const done = time(node, [out]);
  if (done.status !== 0) throw new Error(done.stderr);
  const cases = JSON.parse(done.stdout);
  const counts = (flagged) =>
    ["unsafe", "safe"].map((verdict) => cases.filter((one) => one.verdict === verdict && flagged(one)).length);
  const [unsafe, safe] = counts(({ isFlagged }) => isFlagged);
  report("unsafe statements flagged", unsafe, "of 42", 42, "", true);
  report("safe statements flagged", safe, "of 20", 1, "it fails inside of a transaction");
  if (!hasSquawk) return;
  const found = bySquawk(cases);
  const [theirs, alarms] = counts(({ id }) => found.has(`${id}.sql`));
  report("... unsafe by squawk, without its style", theirs, "of 42");
  report("... safe by squawk", alarms, "of 20");
}

function bySquawk(cases) {
  const alone = join(state, "statements");
  mkdirSync(alone, { recursive: true });
  for (const { id, sql } of cases) writeFileSync(join(alone, `${id}.sql`), `${sql};\n`);
  const { stdout } = squawk(...AS_VULCAN, "--reporter", "Json", ...cases.map(({ id }) => join(alone, `${id}.sql`)));
  rmSync(alone, { recursive: true });
  const loud = JSON.parse(stdout).filter(({ rule_name: name }) => !STYLE.test(name));
  return new Set(loud.map(({ file }) => file.replace(/^.*\//, "")));
}
