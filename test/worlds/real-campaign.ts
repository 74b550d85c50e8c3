import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseJournal } from "../../src/journal/parse-journal.ts";
import { seededRandom } from "../../src/sandbox/random.ts";
import { drawWorld } from "./draw.ts";
import { judgeReal, type RealLife, type RealStory } from "./judges/real.ts";
import { advisedFlags, endIn, withFlags } from "./operator.ts";
import { prepare, type Start, untilVirtual } from "./procedures.ts";
import { takeSnapshot } from "./snapshot.ts";
import { openStage, type Stage } from "./stage.ts";
import type { Violation } from "./story.ts";
import type { Command, LifePlan, Procedure, World } from "./world.ts";

interface Campaign {
  readonly procedure: Procedure | undefined;
  readonly seeds: readonly number[];
  /** Epoch ms: no further world begins after it. */
  readonly stopAt: number;
  print(text: string): void;
}

/**
 * Plays worlds in true time: each life is a process of its own, and its end a real signal. The drawn moments become
 * moments of a real life, and second operators and pipelines are left out. The exit code is 1 if any world violated an
 * invariant.
 */
export async function realCampaign({ procedure, seeds, stopAt, print }: Campaign): Promise<number> {
  const stage = await openStage();
  const totals = { worlds: 0, lives: 0, signals: 0, violated: 0 };
  for (const seed of seeds) {
    if (Date.now() >= stopAt) break;
    const { lives, violations } = await playReal(drawWorld(seed, procedure), stage);
    totals.worlds++;
    totals.lives += lives.length;
    totals.signals += lives.filter(({ signal }) => signal !== undefined).length;
    if (violations.length > 0) totals.violated++;
    for (const { invariant, text } of violations) print(`VIOLATED ${invariant}: ${text}; seed ${seed}`);
  }
  print(`real: ${totals.worlds} worlds, ${totals.lives} lives, ${totals.signals} signals; ${totals.violated} violated`);
  await stage.sandbox.stop();
  return totals.violated > 0 ? 1 : 0;
}

/** The same command line, with flags as its refusals propose them. */
const MOST_TRIES = 3;
/** So many lives may follow the drawn ones, to bring the execution to its end. */
const MOST_ENDING_LIVES = 5;
const MINUTE = 60_000;

async function playReal(
  world: World,
  { sandbox }: Stage,
): Promise<{ readonly lives: readonly RealLife[]; readonly violations: readonly Violation[] }> {
  const folder = mkdtempSync(join(tmpdir(), "vulcan-ops-real-"));
  const dir = join(folder, "state");
  const random = seededRandom(world.seed);
  const lives: RealLife[] = [];
  await sandbox.reset(world.scenario);
  const start = await prepare(world, sandbox, join(folder, "configuration"));
  const own = sandbox.state().faults;
  sandbox.clearFaults();
  const before = await takeSnapshot(sandbox);
  const since = sandbox.requests().length;

  const one = async ({ command, faults, stop, death }: LifePlan, isEnding = false): Promise<RealLife> => {
    const id = newestExecution(dir);
    const actual: Command = command === "start" || id === undefined ? "start" : command;
    let argv = actual === "start" ? start.argv : [actual, id ?? "", "--yes"];
    const drawn = death !== undefined ? "SIGKILL" : stop !== undefined ? "SIGINT" : undefined;
    // Drawn worlds are often left in peace; here most lives are not.
    const any = isEnding ? undefined : ([undefined, "SIGINT", "SIGKILL"] as const)[Math.floor(random.next() * 3)];
    const signal = drawn ?? any;
    // Start-up takes half a second; most procedures take less than ten.
    const after = 300 + random.next() ** 2 * 7000;
    for (let tried = 1; ; tried++) {
      for (const fault of faults) sandbox.inject(fault);
      const words = [...argv, "--output", "ndjson", "--state-dir", dir];
      const life = await runReal(words, start, signal && { signal, after });
      sandbox.clearFaults();
      lives.push({ ...life, command: actual, after: await takeSnapshot(sandbox) });
      const flags = actual === "start" ? [] : advisedFlags(life.stderr);
      if (flags.length === 0 || life.code === 0 || tried === MOST_TRIES) return lives.at(-1) as RealLife;
      argv = withFlags(argv, flags);
    }
  };

  try {
    for (const [index, plan] of world.lives.entries())
      await one(index === 0 ? { ...plan, faults: [...own, ...plan.faults] } : plan);
    for (let count = 0, last = ""; count < MOST_ENDING_LIVES && mustGoOn(dir, world.ending); count++) {
      const { code, end, stderr } = await one({ command: world.ending, faults: [] }, true);
      const now = `${code} ${end?.text ?? stderr}`;
      if (now === last) break;
      last = now;
      await untilVirtual(sandbox, sandbox.now() + 5 * MINUTE);
    }
    const { password } = new URL(sandbox.databaseUrl);
    const story: RealStory = {
      world,
      before,
      lives,
      journals: journalsIn(dir),
      requests: sandbox.requests().slice(since),
      secrets: [password, process.env.AWS_SECRET_ACCESS_KEY ?? ""],
    };
    return { lives, violations: judgeReal(story) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A life that takes longer hangs (ms). */
const LONGEST_LIFE = 180_000;

async function runReal(
  argv: readonly string[],
  { env }: Start,
  ending: { readonly signal: NodeJS.Signals; readonly after: number } | undefined,
): Promise<Pick<RealLife, "code" | "signal" | "stdout" | "stderr" | "end">> {
  const child = spawn(process.execPath, [join(process.cwd(), "dist/main.js"), ...argv], {
    env: { ...process.env, ...env, COLUMNS: "8000" },
    cwd: tmpdir(),
    stdio: ["ignore", "pipe", "pipe"],
  });
  const [stdout, stderr]: [string[], string[]] = [[], []];
  child.stdout.on("data", (part: Buffer) => stdout.push(part.toString()));
  child.stderr.on("data", (part: Buffer) => stderr.push(part.toString()));
  let isHung = false;
  let isSent = false;
  const timers = [
    setTimeout(() => {
      isHung = child.kill("SIGKILL");
    }, LONGEST_LIFE),
    ...(ending === undefined
      ? []
      : [
          setTimeout(() => {
            isSent = child.kill(ending.signal);
          }, ending.after),
        ]),
  ];
  const code = await new Promise<number | null>((resolve) => child.once("close", (exit) => resolve(exit)));
  for (const timer of timers) clearTimeout(timer);
  const out = stdout.join("");
  return {
    code: isHung ? "hung" : (code ?? "died"),
    ...(isSent && ending !== undefined ? { signal: ending.signal } : {}),
    stdout: out,
    stderr: stderr.join(""),
    // A line that a kill has cut is no event.
    end: endIn(out.slice(0, out.lastIndexOf("\n") + 1)),
  };
}

const namesIn = (dir: string): readonly string[] => {
  try {
    return readdirSync(join(dir, "executions")).filter((name) => name.endsWith(".jsonl"));
  } catch {
    return [];
  }
};

const journalsIn = (dir: string) =>
  namesIn(dir).map((name) => ({ name, text: readFileSync(join(dir, "executions", name), "utf8") }));

function executionsIn(dir: string) {
  const loaded = journalsIn(dir).flatMap(({ name, text }) => {
    try {
      return [parseJournal(text, name).execution];
    } catch {
      return [];
    }
  });
  return loaded.sort((a, b) => (a.started.at < b.started.at ? -1 : 1));
}

const newestExecution = (dir: string): string | undefined => executionsIn(dir).at(-1)?.id;

function mustGoOn(dir: string, ending: World["ending"]): boolean {
  const newest = executionsIn(dir).at(-1);
  const wanted = ending === "undo" ? ["undone"] : ["done", "undone"];
  return newest !== undefined && !(newest.ended !== undefined && wanted.includes(newest.ended.status));
}
