// What it costs to prove that 50 Downs are the way back: Up, Down, Up, and a Down with rows. The start of the server, and of
// the command, is measured by a folder of one migration and taken off.
import { rmSync } from "node:fs";
import { madeMigrations } from "./made-migrations.mjs";
import { MAIN, median, node, report, time } from "./measure.mjs";

const COUNT = 50;

const folders = [madeMigrations("one", 1, true), madeMigrations("fifty", COUNT, true)];
const prove = (folder) => time(node, [MAIN, "migrate", "prove", folder, "--output", "json"]);
const runs = Array.from({ length: 3 }, () => folders.map(prove));
for (const run of runs.flat()) if (run.status !== 0) throw new Error(run.stdout.slice(0, 2000) + run.stderr);
const [one, all] = [0, 1].map((at) => median(runs.map((run) => run[at].ms)) / 1000);
report(
  "migrate prove, a migration",
  ((all - one) / (COUNT - 1)).toFixed(3),
  "s",
  0.3,
  `${COUNT} in ${all.toFixed(1)} s`,
);
report("... its start, with one migration", one.toFixed(1), "s");
for (const folder of folders) rmSync(folder, { recursive: true });
