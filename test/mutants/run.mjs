// Faults built in on purpose, each in a copy of the tree. A patch whose second paragraph names a test ("Found by: FILE")
// has to make that test fail; for the others worlds are played until one finds the fault.
//   npm run mutants [-- NAME …] [--seeds 300] [--minutes 10]
import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";

const root = join(import.meta.dirname, "../..");
const scratch = join(root, "node_modules/.cache/vulcan-ops/mutants");
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seeds: { type: "string", default: "300" },
    from: { type: "string", default: "1" },
    minutes: { type: "string", default: "30" },
    only: { type: "string" },
  },
});

const patches = readdirSync(import.meta.dirname)
  .filter((file) => file.endsWith(".patch"))
  .sort();
const chosen = patches.filter((file) => positionals.length === 0 || positionals.some((name) => file.startsWith(name)));
let missed = 0;
for (const file of chosen) {
  const [, test] = /^Found by: (\S+)$/m.exec(readFileSync(join(import.meta.dirname, file), "utf8")) ?? [];
  const { isFound, text } = test === undefined ? playWorlds(file) : runTest(file, test);
  if (!isFound) missed++;
  console.log(`${file.replace(".patch", "")}  ${text}`);
}
console.log(`${chosen.length - missed} of ${chosen.length} found`);
process.exit(missed === 0 ? 0 : 1);

/** The tree with the fault, without what is installed or built. */
function buildIn(file, copy, parts) {
  rmSync(copy, { recursive: true, force: true });
  mkdirSync(copy, { recursive: true });
  for (const part of parts) cpSync(join(root, part), join(copy, part), { recursive: true });
  // Outside a repository of its own, `git apply` would leave out what the outer one ignores.
  execFileSync("git", ["init", "-q"], { cwd: copy });
  execFileSync("git", ["apply", join(import.meta.dirname, file)], { cwd: copy, stdio: "inherit" });
}

/** The test has to pass without the fault: `npm test` sees to that. */
function runTest(file, test) {
  const copy = mkdtempSync(join(tmpdir(), "vulcan-ops-mutant-"));
  const parts = [
    "src",
    "commands",
    "runbooks",
    "test",
    "dist",
    "docs",
    "package.json",
    "tsconfig.json",
    "vitest.config.ts",
  ];
  buildIn(file, copy, parts);
  mkdirSync(join(copy, "node_modules"));
  for (const name of readdirSync(join(root, "node_modules")).filter((each) => each !== ".cache"))
    symlinkSync(join(root, "node_modules", name), join(copy, "node_modules", name));
  const vitest = join(root, "node_modules/vitest/vitest.mjs");
  const { status, stdout } = spawnSync(process.execPath, [vitest, "run", test], { cwd: copy, encoding: "utf8" });
  rmSync(copy, { recursive: true, force: true });
  const failed = / Tests .*?(\d+) failed/.exec(stdout.replace(/\u001b\[[\d;]*m/g, ""))?.[1];
  const isFound = status !== 0 && failed !== undefined;
  return { isFound, text: isFound ? `found by ${test}: ${failed} failed` : `NOT found by ${test}` };
}

function playWorlds(file) {
  const copy = join(scratch, file.replace(".patch", ""));
  buildIn(file, copy, [
    "src",
    "commands",
    "test/support",
    "test/worlds",
    "dist/prepared.json",
    "dist/help.json",
    "package.json",
  ]);
  const results = join(copy, "worlds.ndjson");
  const words = [
    "--until-violation",
    "--results",
    results,
    "--seeds",
    values.seeds,
    "--from",
    values.from,
    "--minutes",
    values.minutes,
    ...(values.only === undefined ? [] : ["--only", values.only]),
  ];
  spawnSync(process.execPath, [join(copy, "test/worlds/run.mjs"), ...words], {
    cwd: copy,
    stdio: ["ignore", "ignore", "inherit"],
  });
  const played = readFileSync(results, "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  const hit = played.find(({ violations }) => violations.length > 0);
  rmSync(copy, { recursive: true, force: true });
  const worlds = `${played.length} worlds`;
  if (hit === undefined) return { isFound: false, text: `not found in ${worlds}` };
  const { invariant, text } = hit.violations[0];
  return { isFound: true, text: `found at seed ${hit.seed}, in ${worlds}: ${invariant}: ${text.slice(0, 300)}` };
}
