import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import type { Execution } from "../../src/domain/execution.ts";
import { parseJournal } from "../../src/journal/parse-journal.ts";
import type { Sandbox } from "../../src/sandbox/index.ts";
import { seedChance } from "../support/simulated-time/chance.ts";
import { real } from "../support/simulated-time/real-time.ts";
import type { Life } from "./life.ts";
import { advisedFlags, endIn, eventsIn, isElsewhereAlone, runLife, unsharedIn, withFlags } from "./operator.ts";
import { giveLockBack, takeLock } from "./other-operator.ts";
import { pipeline } from "./pipeline.ts";
import { type Left, leftIn } from "./printed.ts";
import { judgedRows, prepare, type Start, untilVirtual } from "./procedures.ts";
import { beginLife, outside, within } from "./process-boundary.ts";
import { type Snapshot, takeSnapshot } from "./snapshot.ts";
import type { Stage } from "./stage.ts";
import type { JournalText, Lived, Story } from "./story.ts";
import type { Command, Death, LifePlan, Moment, Second, World } from "./world.ts";

const HOUR = 3_600_000;
const MINUTE = 60_000;

/** A life that takes longer hangs (virtual ms). */
const LONGEST_LIFE = 14 * HOUR;

/** A world that takes longer hangs (true ms). */
const LONGEST_WORLD = 240_000;

/** So many lives may follow the drawn ones, to bring the execution to its end. */
const MOST_ENDING_LIVES = 5;

/** The same command line, with flags as its refusals propose them. */
const MOST_TRIES = 4;

/** Plays one world to its end. */
export async function live(world: World, stage: Stage): Promise<Story> {
  const folder = mkdtempSync(join(tmpdir(), "vulcan-ops-world-"));
  const play = new Play(world, stage, folder);
  let overdue: NodeJS.Timeout | undefined;
  const late = new Promise<string>((resolve) => {
    overdue = real.setTimeout(
      () => resolve(`it had not ended after ${LONGEST_WORLD / 1000} s of true time`),
      LONGEST_WORLD,
    );
  });
  try {
    const hang = await Promise.race([play.all(), late]);
    return await play.story(hang);
  } finally {
    real.clearTimeout(overdue);
    play.end();
    rmSync(folder, { recursive: true, force: true });
  }
}

class Play {
  readonly #world: World;
  readonly #stage: Stage;
  readonly #sandbox: Sandbox;
  readonly #folder: string;
  readonly #lives: Lived[] = [];
  readonly #living = new Set<Life>();
  #start: Start = { argv: [], env: {} };
  #before: Snapshot | undefined;
  #after: Snapshot | undefined;
  #executions = 0;
  readonly #left: Left[] = [];

  constructor(world: World, stage: Stage, folder: string) {
    this.#world = world;
    this.#stage = stage;
    this.#sandbox = stage.sandbox;
    this.#folder = folder;
  }

  async all(): Promise<undefined> {
    const { scenario, seed, lives, areFaultsLasting } = this.#world;
    seedChance(seed);
    await this.#beginInMinute();
    await this.#sandbox.reset(scenario);
    this.#start = await prepare(this.#world, this.#sandbox, join(this.#folder, "configuration"));
    const own = this.#sandbox.state().faults;
    this.#sandbox.clearFaults();
    this.#before = await takeSnapshot(this.#sandbox);
    for (const [index, plan] of lives.entries()) {
      if (plan.command === "printed") await this.#putBackAsPrinted();
      else await this.#one(index === 0 ? { ...plan, faults: [...own, ...plan.faults] } : plan);
    }
    await this.#bringToEnd(areFaultsLasting ? (lives.at(-1)?.faults ?? []) : []);
    this.#after = await takeSnapshot(this.#sandbox);
    return undefined;
  }

  /** Metrics and alarms go by whole minutes: where in one a world begins must not depend on the worlds before it. */
  async #beginInMinute(): Promise<void> {
    await this.#sandbox.reset("empty");
    const wait = MINUTE - (Date.now() % MINUTE) + this.#world.begins * 1000;
    await new Promise((resolve) => setTimeout(resolve, wait));
  }

  end(): void {
    for (const life of this.#living) life.die();
    this.#sandbox.clearFaults();
  }

  async story(hang: string | undefined): Promise<Story> {
    if (hang !== undefined) this.end();
    const after = this.#after ?? (await takeSnapshot(this.#sandbox));
    const files = filesIn(this.#folder);
    const isJournal = ({ path }: JournalText) => path.endsWith(".jsonl");
    const journals = withoutCopies(files.filter(isJournal));
    const { password } = new URL(this.#sandbox.databaseUrl);
    const { VULCAN_ADMIN_TOKEN = "", AWS_SECRET_ACCESS_KEY = "" } = process.env;
    return {
      world: this.#world,
      before: this.#before ?? after,
      lives: this.#lives,
      left: this.#left,
      after,
      journals,
      // A shorter copy may have records that were never shared.
      files: files.filter((file) => !journals.includes(file)),
      // What the shared journal writes is no change of the target.
      requests: this.#sandbox.requests().filter(({ operation }) => operation !== "PutItem"),
      secrets: [VULCAN_ADMIN_TOKEN, AWS_SECRET_ACCESS_KEY, password],
      ...(this.#world.procedure === "restore" ? { rows: await judgedRows(this.#sandbox) } : {}),
      downs: this.#sandbox.state().commands.filter(({ args }) => args.join(" ").includes("migrate down")).length,
      ...(hang === undefined ? {} : { hang }),
    };
  }

  /** One drawn life, with what happens beside it; and its repetition, where it was refused for want of a flag. */
  async #one(plan: LifePlan): Promise<Lived | undefined> {
    const command = plan.command !== "start" && this.#execution() === "" ? "start" : plan.command;
    return this.#lead(plan, command, this.#argv(command));
  }

  /** What `status` says is left, and its first command, as it is printed. */
  async #putBackAsPrinted(): Promise<void> {
    const life = this.#begin("a look at the status", "here");
    const look = ["status", "--output", "json", "--state-dir", join(this.#folder, "here")];
    const { stdout } = await this.#run(life, "printed", look, new AbortController().signal);
    const left = leftIn(stdout, await takeSnapshot(this.#sandbox));
    this.#left.push(left);
    for (const [program, ...words] of left.commands) {
      if (program !== "vulcan-ops") throw new Error(`no command of ours: ${program} ${words.join(" ")}`);
      const argv = words[0] === "unlock" ? words : [...words, "--yes", "--output", "ndjson"];
      await this.#lead({ command: "printed", faults: [] }, "printed", argv);
    }
  }

  async #lead(plan: LifePlan, command: Command, words: readonly string[]): Promise<Lived | undefined> {
    let argv = words;
    let lived: Lived | undefined;
    for (let tried = 0; tried < MOST_TRIES; tried++) {
      this.#sandbox.clearFaults();
      for (const fault of plan.faults) this.#sandbox.inject(fault);
      const beside: Promise<unknown>[] = [];
      const where = plan.isElsewhere === true ? "there" : "here";
      const life = this.#begin(`life ${this.#lives.length + 1}`, where);
      const stop = new AbortController();
      this.#bind(life, plan, stop, beside);
      const ended = await this.#run(life, command, this.#in(where, argv), stop.signal);
      await Promise.all(beside);
      if (plan.taken !== undefined) await giveLockBack();
      this.#sandbox.clearFaults();
      lived = { ...ended, after: await takeSnapshot(this.#sandbox) };
      this.#lives.push(lived);
      const advised = await this.#asAdvised(lived, tried);
      if (advised === undefined) break;
      argv = advised;
    }
    return lived;
  }

  /** The command line that a refusal proposes; undefined: there is nothing to type. */
  async #asAdvised(
    { life, command, code, stderr, argv }: Lived,
    tried: number,
  ): Promise<readonly string[] | undefined> {
    if (code === 0) return undefined;
    if (tried === 0 && isElsewhereAlone(stderr)) {
      await this.#shareOn(life.host === "here" ? "there" : "here");
      return argv;
    }
    const unshared = unsharedIn(stderr);
    if (unshared !== undefined && tried === 0 && this.#world.onUnshared === "share") {
      await this.#shareOn(unshared.host);
      return argv;
    }
    const flags = [...(unshared?.flags ?? []), ...(command === "start" ? [] : advisedFlags(stderr))];
    return flags.length === 0 ? undefined : withFlags(argv, flags);
  }

  /** As the screen says: `history` there shares what only that machine has. */
  async #shareOn(host: string): Promise<void> {
    const words = ["history", "--output", "json", "--state-dir", join(this.#folder, host)];
    await this.#run(this.#begin("a look at the history", host), "printed", words, new AbortController().signal);
  }

  /** A command that the program has printed names the folder itself. */
  #in(where: string, argv: readonly string[]): readonly string[] {
    return argv.includes("--state-dir") ? argv : [...argv, "--state-dir", join(this.#folder, where)];
  }

  #argv(command: Command): readonly string[] {
    const words = command === "start" ? this.#start.argv : [command, this.#execution(), "--yes"];
    return [...words, "--output", "ndjson"];
  }

  #begin(name: string, host: string): Life {
    const life = beginLife(name, host, host === "there" ? this.#world.skewMs : 0);
    this.#living.add(life);
    return life;
  }

  async #run(life: Life, command: Command, argv: readonly string[], stop: AbortSignal): Promise<Lived> {
    mkdirSync(this.#folder, { recursive: true });
    // A process takes a moment to start: an attempt of it is later than all those of the processes before it.
    await new Promise((resolve) => setTimeout(resolve, 1));
    const from = this.#sandbox.now();
    const ids = { execution: () => `w${this.#world.seed.toString(36).padStart(4, "0")}${String(++this.#executions)}` };
    const hung = this.#over(LONGEST_LIFE);
    const printed = await Promise.race([runLife(life, argv, ids, stop, this.#start.env), hung.over]);
    hung.cancel();
    this.#living.delete(life);
    const { stdout, stderr, code } = printed === "over" ? { stdout: "", stderr: "", code: "hung" as const } : printed;
    if (printed === "over") life.die();
    // A command that was refused before it began still names its execution.
    const named = command === "start" ? "" : (argv[1] ?? "");
    const execution = eventsIn(stdout)[0]?.execution ?? life.position?.execution ?? named;
    return { life, command, argv, code, stdout, stderr, execution, end: endIn(stdout), from, to: this.#sandbox.now() };
  }

  /** Once so much virtual time has gone. */
  #over(ms: number) {
    let timer: NodeJS.Timeout | undefined;
    const over = new Promise<"over">((resolve) => {
      timer = setTimeout(() => resolve("over"), ms / this.#stage.speed);
    });
    return { over, cancel: () => clearTimeout(timer) };
  }

  #bind(life: Life, plan: LifePlan, stop: AbortController, beside: Promise<unknown>[]): void {
    if (plan.stop !== undefined) this.#at(life, plan.stop, () => within(life, () => stop.abort(130)));
    if (plan.death !== undefined) this.#dieAt(life, plan.death);
    const { second, deploy, taken } = plan;
    if (taken !== undefined) this.#at(life, taken, () => outside(() => void beside.push(takeLock(this.#sandbox))));
    if (second !== undefined)
      this.#at(life, second.at, () => outside(() => void beside.push(this.#second(second, life))));
    if (deploy !== undefined)
      this.#at(life, deploy.at, () => outside(() => void beside.push(pipeline(deploy.revision))));
  }

  #at(life: Life, moment: Moment, run: () => void): void {
    if ("passed" in moment) life.when(moment.passed, moment.nth, run);
    else if ("on" in moment) life.whenRecorded(moment, run);
    else
      setTimeout(
        () => {
          if (!life.isOver && !life.isDead) run();
        },
        (moment.seconds * 1000) / this.#stage.speed,
      );
  }

  #dieAt(life: Life, death: Death): void {
    if (!("torn" in death)) {
      this.#at(life, death, () => life.die());
      return;
    }
    const tear = () => {
      life.isTorn = true;
    };
    if (death.torn <= 1) tear();
    else life.when("record", death.torn - 1, tear);
  }

  /** The second operator begins in a turn of the loop of his own, and also follows the advice that he is given. */
  async #second({ command, isElsewhere, takesOver }: Second, first: Life): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, 1));
    const where = isElsewhere ? "there" : "here";
    const id = first.position?.execution;
    const take = takesOver && id !== undefined ? ["--take-over", id] : [];
    const words = command === "start" || id === undefined ? this.#start.argv : [command, id, "--yes"];
    let argv: readonly string[] = [...words, "--output", "ndjson", ...take, "--state-dir", join(this.#folder, where)];
    for (let tried = 0; tried < MOST_TRIES; tried++) {
      const life = this.#begin(`second operator beside life ${this.#lives.length + 1}`, where);
      const lived = await this.#run(life, command, argv, new AbortController().signal);
      this.#lives.push(lived);
      const advised = await this.#asAdvised(lived, tried);
      if (advised === undefined) return;
      argv = advised;
    }
  }

  /** The execution that a command without an id would mean: the newest on record. */
  #execution(): string {
    return this.#newest()?.id ?? "";
  }

  /** Of a shared journal, by the copy that has the most of it. */
  #newest() {
    const found = ["here", ...(this.#world.isShared ? ["there"] : [])].flatMap((where) => this.#executionsIn(where));
    const last = found.toSorted(byBeginning).at(-1)?.id;
    return found
      .filter(({ id }) => id === last)
      .toSorted((a, b) => a.records - b.records)
      .at(-1);
  }

  #executionsIn(where: string) {
    const folder = join(this.#folder, where, "executions");
    const names = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith(".jsonl")) : [];
    const loaded = names.map((name) => read(join(folder, name))).filter((each) => each !== undefined);
    return loaded.sort(byBeginning);
  }

  /** Goes on until the execution is done or undone, or until nothing moves any more. */
  async #bringToEnd(faults: LifePlan["faults"]): Promise<void> {
    const { ending } = this.#world;
    let last = "";
    for (let count = 0; count < MOST_ENDING_LIVES; count++) {
      const newest = this.#newest();
      if (newest === undefined) return;
      const wanted = ending === "undo" ? ["undone"] : ["done", "undone"];
      if (newest.ended !== undefined && wanted.includes(newest.ended.status)) return;
      const lived = await this.#one({ command: ending, faults });
      const now = `${lived?.code} ${lived?.end?.text ?? lived?.stderr}`;
      if (now === last) return;
      last = now;
      await untilVirtual(this.#sandbox, this.#sandbox.now() + 5 * MINUTE);
    }
  }
}

/** Ids are counted; times are of two machines, whose clocks may differ. */
const byBeginning = (a: Execution, b: Execution): number => a.id.localeCompare(b.id, "en", { numeric: true });

/** Of a journal that two machines have, the copy with the most records. */
function withoutCopies(journals: readonly JournalText[]): readonly JournalText[] {
  const longest = new Map<string, JournalText>();
  for (const journal of journals) {
    const name = basename(journal.path);
    if (journal.text.length >= (longest.get(name)?.text.length ?? 0)) longest.set(name, journal);
  }
  return [...longest.values()];
}

function read(path: string) {
  try {
    return parseJournal(readFileSync(path, "utf8"), path).execution;
  } catch {
    return undefined;
  }
}

function filesIn(folder: string): JournalText[] {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = entries.map((entry) => join(entry.parentPath, entry.name)).sort();
  return paths.map((path) => ({ path: path.slice(folder.length + 1), text: readFileSync(path, "utf8") }));
}
