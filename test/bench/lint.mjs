// What it costs to run 50 migrations before they ship: the whole command, its server included. Beside squawk, which reads
// the texts alone, where npx can get it.
import { rmSync } from "node:fs";
import { join } from "node:path";
import { madeMigrations } from "./made-migrations.mjs";
import { MAIN, median, node, report, time } from "./measure.mjs";

const COUNT = 50;

const folder = madeMigrations("migrations", COUNT, false);
const runs = Array.from({ length: 3 }, () => time(node, [MAIN, "lint", folder, "--output", "json"]));
const found = JSON.parse(runs[0].stdout);
if (runs[0].status !== 11 || found.migrations.length !== COUNT) throw new Error(runs[0].stderr);
const errors = found.migrations.filter(({ findings }) => findings.some(({ severity }) => severity === "error"));
const seconds = median(runs.map(({ ms }) => ms)) / 1000;
report(`lint of ${COUNT} migrations`, seconds.toFixed(1), "s", 15, `${errors.length} must not ship`);

const squawk = (...args) => time("npx", ["--yes", "squawk-cli@2.66.0", ...args], { SQUAWK_DISABLE_UPDATE_CHECK: "1" });
if (squawk("--version").status === 0) {
  const files = Array.from({ length: COUNT }, (_, at) => join(folder, `${at + 1}_step.up.sql`));
  const other = squawk("--assume-in-transaction", "--pg-version", "18.0", ...files);
  report("... by squawk, which runs nothing", (other.ms / 1000).toFixed(1), "s", undefined, `exit ${other.status}`);
} else console.log("squawk: not to be had, not compared");
rmSync(folder, { recursive: true });
