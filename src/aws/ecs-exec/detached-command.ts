import type { ContainerOutcome, ContainerRunOptions } from "../../domain/container-shell.ts";
import { OpsError } from "../../domain/error.ts";
import { unwritableError } from "./api.ts";
import { Output } from "./output-buffer.ts";
import { pause } from "./pause.ts";
import { type ExecDeps, exitCodeOf, newSecret, refuseWhatDidNotStart, whyUnknown } from "./run-command.ts";
import { converse, type Told } from "./run-session.ts";
import { type Detached, wrapDetached } from "./shell-wrapper.ts";
import { FOLLOWER_SILENCE_MS } from "./timeouts.ts";

/** What attaching to a command can find. */
export type Found = ContainerOutcome | { readonly kind: "absent" } | { readonly kind: "launched" };

const BACK_OFF_MS = [500, 1000, 2000, 4000, 8000, 15_000];

/** Refusals that another request may not meet. */
const TRANSIENT: ReadonlySet<string> = new Set([
  "exec-not-connected",
  "aws-throttled",
  "aws-unreachable",
  "aws-silent",
  "aws-broken",
]);

/** What the wrapper's last mark means where it is no exit code. */
const WHY: Readonly<Record<string, string>> = {
  ABSENT: "its folder is no longer in the container",
  UNWRITABLE: "its folder is no longer in the container, nor could it be made",
  OTHER: "under this execution's nonce another command was started in the container",
  GONE: "the command's process has gone without leaving an exit code",
  UNREADABLE: "the command's log cannot be read in the container: is its disk full?",
};

/** Marks after which no process of it can be left. */
const OVER: ReadonlySet<string> = new Set(["GONE", "END"]);

/**
 * Follows a mutating command, over as many sessions as it takes, and starts it if nobody has (`mode`). A repeated
 * request, whoever repeats it, meets the latch in the container. Its log is replayed from the first byte, each byte once.
 */
export async function followDetached(
  deps: ExecDeps,
  mode: Detached["mode"],
  nonce: string,
  argv: readonly string[],
  options: ContainerRunOptions = {},
): Promise<Found> {
  const follower = new Follower(deps, mode, nonce, argv, options);
  return follower.follow();
}

class Follower {
  readonly #deps: ExecDeps;
  readonly #nonce: string;
  readonly #argv: readonly string[];
  readonly #signal: AbortSignal | undefined;
  readonly #output: Output;
  #mode: Detached["mode"];
  /** A request that may have started it has been sent. */
  #mayRun = false;
  #refusal: OpsError | undefined;
  #why = "";
  #contact = performance.now();

  constructor(
    deps: ExecDeps,
    mode: Detached["mode"],
    nonce: string,
    argv: readonly string[],
    { signal, onLine }: ContainerRunOptions,
  ) {
    const silenceMs = Math.min(deps.limits.silenceMs, FOLLOWER_SILENCE_MS);
    this.#deps = { ...deps, limits: { ...deps.limits, silenceMs } };
    this.#mode = mode;
    this.#nonce = nonce;
    this.#argv = argv;
    this.#signal = signal;
    this.#output = new Output(onLine);
  }

  async follow(): Promise<Found> {
    this.#signal?.throwIfAborted();
    for (let attempt = 0; ; attempt++) {
      const found = await this.#once();
      if (found !== undefined) return found;
      if (this.#isLate()) return this.#giveUp();
      const gone = await this.#deps.calls.taskEnd();
      if (gone !== undefined) return this.#giveUp(gone);
      await pause(BACK_OFF_MS[Math.min(attempt, BACK_OFF_MS.length - 1)] ?? 0, this.#signal);
      if (this.#isLate()) return this.#giveUp();
    }
  }

  /** What was refused each time has not been started. */
  #giveUp(why = this.#why): ContainerOutcome {
    if (!this.#mayRun && this.#refusal !== undefined) throw this.#refusal;
    return this.#unknown(why);
  }

  #isLate(): boolean {
    return this.#signal?.aborted === true || performance.now() - this.#contact > this.#deps.limits.attachMs;
  }

  /** One session; undefined where another one may know more. */
  async #once(): Promise<Found | undefined> {
    const secret = newSecret();
    const { beatRounds } = this.#deps.limits;
    const settings = { secret, nonce: this.#nonce, mode: this.#mode, offset: this.#output.length, beatRounds };
    const command = wrapDetached(settings, this.#argv);
    const ticket = await this.#deps.calls.execute(command).catch((error: unknown) => this.#onRefused(error));
    if (ticket === undefined) return undefined;
    this.#refusal = undefined;
    const output = this.#output;
    const told = await converse(ticket, { ...this.#deps, secret, output, takes: "data", signal: this.#signal });
    return this.#judge(told);
  }

  /** Only a place that is taken, or silence, is worth another request; and what may run already is never given up. */
  #onRefused(error: unknown): undefined {
    if (!(error instanceof OpsError)) throw error;
    const { code, effect } = error.detail;
    this.#mayRun ||= effect === "unknown" && this.#mode !== "attach";
    const isTransient = TRANSIENT.has(code);
    if (!this.#mayRun && (this.#isLate() || !isTransient)) throw error;
    if (!isTransient) this.#contact = Number.NEGATIVE_INFINITY;
    this.#refusal = error;
    this.#why = error.message;
  }

  #judge(told: Told): Found | undefined {
    const word = told.last?.word;
    if (!this.#mayRun) {
      refuseWhatDidNotStart(this.#deps.place, told);
      if (word === "UNWRITABLE") throw unwritableError(this.#deps.place);
      if (word === "ABSENT") return { kind: "absent" };
    }
    this.#mayRun ||= this.#mode !== "attach";
    if (word === "LAUNCHED") return { kind: "launched" };
    if (told.words.has("STARTED") || told.words.has("ATTACHED")) {
      if (this.#mode === "start") this.#mode = "attach";
      this.#contact = performance.now();
    }
    const code = exitCodeOf(told);
    if (code !== undefined) return { kind: "exited", code, output: this.#output.end() };
    this.#why = whyUnknown(told);
    if (word === undefined) return undefined;
    const unknown = this.#unknown(WHY[word] ?? "its exit code cannot be read");
    return OVER.has(word) ? { ...unknown, over: true } : unknown;
  }

  #unknown(why: string) {
    return { kind: "unknown" as const, why, output: this.#output.end() };
  }
}
