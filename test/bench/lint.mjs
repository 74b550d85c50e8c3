// What it costs to run 50 migrations before they ship: the whole command, its server included. Beside squawk, which reads
// the texts alone, where npx can get it.
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { MAIN, median, node, report, state, time } from "./measure.mjs";

const COUNT = 50;

const folder = join(state, "migrations");
mkdirSync(folder, { recursive: true });
for (let version = 1; version <= COUNT; version++) writeFileSync(join(folder, `${version}_step.sql`), sqlOf(version));

/** Every fifth makes a table; the others change it. */
function sqlOf(version) {
  const table = `t${Math.ceil(version / 5)}`;
  const cautious = "SET LOCAL lock_timeout = '3s';\n";
  switch (version % 5) {
    case 1:
      return `CREATE TABLE IF NOT EXISTS ${table} (id bigserial PRIMARY KEY, tenant_id text NOT NULL, n int);`;
    case 2:
      return `${cautious}ALTER TABLE ${table} ADD COLUMN IF NOT EXISTS note text;`;
    case 3:
      return `${cautious}CREATE INDEX IF NOT EXISTS idx_${table} ON ${table}(tenant_id);`;
    case 4:
      return `${cautious}ALTER TABLE ${table} ADD CONSTRAINT c_${table} CHECK (n > 0) NOT VALID;`;
    default:
      return `${cautious}ALTER TABLE ${table} VALIDATE CONSTRAINT c_${table};\nUPDATE ${table} SET n = n + 1 WHERE id = 1;`;
  }
}

const runs = Array.from({ length: 3 }, () => time(node, [MAIN, "lint", folder, "--output", "json"]));
const found = JSON.parse(runs[0].stdout);
if (runs[0].status !== 11 || found.migrations.length !== COUNT) throw new Error(runs[0].stderr);
const errors = found.migrations.filter(({ findings }) => findings.some(({ severity }) => severity === "error"));
const seconds = median(runs.map(({ ms }) => ms)) / 1000;
report(`lint of ${COUNT} migrations`, seconds.toFixed(1), "s", 15, `${errors.length} must not ship`);

const squawk = (...args) => time("npx", ["--yes", "squawk-cli@2.66.0", ...args], { SQUAWK_DISABLE_UPDATE_CHECK: "1" });
if (squawk("--version").status === 0) {
  const files = Array.from({ length: COUNT }, (_, at) => join(folder, `${at + 1}_step.sql`));
  const other = squawk("--assume-in-transaction", "--pg-version", "18.0", ...files);
  report("... by squawk, which runs nothing", (other.ms / 1000).toFixed(1), "s", undefined, `exit ${other.status}`);
} else console.log("squawk: not to be had, not compared");
rmSync(folder, { recursive: true });
