import { join } from "node:path";
import { parseArgs } from "node:util";
import { real } from "../support/simulated-time/real-time.ts";
import { drawWorld } from "./draw.ts";
import { judge } from "./judges/index.ts";
import { live } from "./live.ts";
import { CELLS, playCell } from "./lives.ts";
import { realCampaign } from "./real-campaign.ts";
import { appendResult, type Result, readResults, resultOf, summary } from "./results.ts";
import { shareJournal } from "./share.ts";
import { shrink } from "./shrink.ts";
import { openStage, type Stage } from "./stage.ts";
import type { Story, Violation } from "./story.ts";
import { PROCEDURES, type Procedure, type World } from "./world.ts";

const OPTIONS = {
  seeds: { type: "string", default: "20" },
  from: { type: "string", default: "1" },
  only: { type: "string" },
  procedure: { type: "string" },
  "each-procedure": { type: "boolean", default: false },
  sum: { type: "boolean", default: false },
  minutes: { type: "string" },
  results: { type: "string", default: join("node_modules", ".cache", "vulcan-ops", "worlds.ndjson") },
  "until-violation": { type: "boolean", default: false },
  "no-shrinking": { type: "boolean", default: false },
  tell: { type: "boolean", default: false },
  real: { type: "boolean", default: false },
  shared: { type: "boolean", default: false },
  lives: { type: "boolean", default: false },
} as const;

/** Plays worlds from their seeds, or sums up those that were played (`--sum`). The exit code is 1 if any violated an invariant. */
export async function campaign(argv: readonly string[]): Promise<number> {
  const { values } = parseArgs({ args: [...argv], options: OPTIONS });
  const isViolated = ({ violations }: Result) => violations.length > 0;
  if (values.sum) {
    const played = readResults(values.results);
    print(summary(played));
    return played.some(isViolated) ? 1 : 0;
  }
  const procedure = PROCEDURES.find((name) => name === values.procedure);
  if (values.procedure !== undefined && procedure === undefined)
    throw new Error(`--procedure is one of ${PROCEDURES.join(", ")}`);
  const stopAt = values.minutes === undefined ? Number.POSITIVE_INFINITY : real.now() + Number(values.minutes) * 60_000;
  if (values.real) return realCampaign({ procedure, seeds: seedsOf(values), stopAt, print });
  if (values.lives) return everyCell(values, stopAt);
  const stage = await openStage();
  const results: Result[] = [];
  for (const { seed, procedure: own } of worldsOf(values, procedure)) {
    if (real.now() >= stopAt) break;
    const drawn = drawWorld(seed, own);
    const { story, result } = await playOne(values.shared ? shareJournal(drawn) : drawn, stage);
    results.push(result);
    appendResult(values.results, result);
    if (values.tell) print(told(story));
    if (!isViolated(result)) continue;
    print(failureLine(seed, own, values.shared, result.violations));
    if (values["until-violation"]) break;
    if (values["no-shrinking"]) continue;
    const [first] = result.violations;
    const smallest = await shrink(story.world, async (world) =>
      (await playOne(world, stage)).result.violations.some(({ invariant }) => invariant === first?.invariant),
    );
    print(`  shrunk: ${JSON.stringify(smallest)}`);
  }
  print(summary(results));
  await stage.sandbox.stop();
  return results.some(isViolated) ? 1 : 0;
}

interface Drawing {
  readonly seed: number;
  /** Undefined: the seed draws it. */
  readonly procedure: Procedure | undefined;
}

/** Each seed once, or once a procedure, so that all procedures are played equally often. */
function worldsOf(
  values: Parameters<typeof seedsOf>[0] & { readonly "each-procedure": boolean },
  procedure: Procedure | undefined,
): readonly Drawing[] {
  const drawn = values["each-procedure"] ? PROCEDURES : [procedure];
  return seedsOf(values).flatMap((seed) => drawn.map((one) => ({ seed, procedure: one })));
}

/** Each cell of the table of lives, or those whose name has the text of `--only`. */
async function everyCell({ only = "", tell }: { only?: string | undefined; tell: boolean }, stopAt: number) {
  const stage = await openStage();
  let violated = 0;
  for (const cell of CELLS.filter(({ name }) => name.includes(only))) {
    if (real.now() >= stopAt) break;
    const { story, violations } = await playCell(cell, stage);
    if (violations.length > 0) violated++;
    print(`${violations.length === 0 ? "kept" : "VIOLATED"}  ${cell.name}`);
    for (const { invariant, text } of violations) print(`  ${invariant}: ${text.replaceAll("\n", " ")}`);
    if (tell) print(told(story));
  }
  await stage.sandbox.stop();
  return violated > 0 ? 1 : 0;
}

/** `--only 3,17,40`, or so many from one on. */
function seedsOf({ only, from, seeds }: { only?: string | undefined; from: string; seeds: string }): readonly number[] {
  if (only !== undefined) return only.split(",").map(Number);
  return Array.from({ length: Number(seeds) }, (_, index) => Number(from) + index);
}

const print = (text: string): void => void process.stdout.write(`${text}\n`);

export async function playOne(world: World, stage: Stage): Promise<{ readonly story: Story; readonly result: Result }> {
  const [begun, cpu] = [real.now(), process.cpuUsage()];
  const story = await live(world, stage);
  const { user, system } = process.cpuUsage(cpu);
  return { story, result: resultOf(story, judge(story), real.now() - begun, (user + system) / 1000) };
}

function failureLine(
  seed: number,
  procedure: Procedure | undefined,
  isShared: boolean,
  [first, ...more]: readonly Violation[],
): string {
  const flags = `${isShared ? " --shared" : ""}${procedure === undefined ? "" : ` --procedure ${procedure}`}`;
  const same = `npm run worlds -- --from ${seed} --seeds 1${flags}`;
  const rest = more.length === 0 ? "" : ` (and ${more.length} more)`;
  return `VIOLATED ${first?.invariant}: ${first?.text.replaceAll("\n", " ")}${rest}; again: ${same}`;
}

/** What happened, for people. */
function told({ world, lives, requests, before, after }: Story): string {
  const each = lives.map(({ life, command, argv, code, from, to, end, stderr }) => {
    const minutes = ((to - from) / 60_000).toFixed(1);
    return `  ${life.name}: ${command} → ${code}, ${minutes} min; ${end?.text ?? ""} ${stderr.replaceAll("\n", " ").slice(0, 400)}\n    ${argv.join(" ")}`;
  });
  const writes = requests
    .filter(({ mutating }) => mutating)
    .map(({ at, operation, effective, status, fault, input }) => {
      const struck = fault === undefined ? "" : ` ${fault.kind} ${fault.when}`;
      return `    ${at} ${operation} ${status}${effective ? "" : " no effect"}${struck} ${JSON.stringify(input).slice(0, 200)}`;
    });
  return [
    JSON.stringify(world),
    ...each,
    ...writes,
    `  before ${JSON.stringify(before)}`,
    `  after ${JSON.stringify(after)}`,
  ].join("\n");
}
