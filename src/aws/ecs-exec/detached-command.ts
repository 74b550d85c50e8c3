import type { ContainerOutcome, ContainerRunOptions } from "../../domain/container-shell.ts";
import { OpsError } from "../../domain/error.ts";
import { unwritableError } from "./api.ts";
import { OutputBuffer } from "./output-buffer.ts";
import { pause } from "./pause.ts";
import { type ExecDeps, exitCodeOf, newSecret, notStartedOutcome, whyUnknown } from "./run-command.ts";
import { runSession, type SessionResult } from "./run-session.ts";
import { type Detached, wrapDetached } from "./shell-wrapper.ts";
import { FOLLOWER_SILENCE_MS } from "./timeouts.ts";

/** The possible results of attaching to a command. */
export type AttachResult = ContainerOutcome | { readonly kind: "absent" } | { readonly kind: "launched" };

const BACK_OFF_MS = [500, 1000, 2000, 4000, 8000, 15_000];

/** Refusals that a retry may overcome. */
const TRANSIENT: ReadonlySet<string> = new Set([
  "exec-not-connected",
  "aws-throttled",
  "aws-unreachable",
  "aws-silent",
  "aws-broken",
]);

/** What the wrapper's last mark means if it is not an exit code. */
const WHY: Readonly<Record<string, string>> = {
  ABSENT: "its folder is no longer in the container",
  UNWRITABLE: "its folder is no longer in the container, nor could it be made",
  OTHER: "under this execution's nonce another command was started in the container",
  GONE: "the command's process has gone without leaving an exit code",
  UNREADABLE: "the command's log cannot be read in the container: is its disk full?",
};

/** After these marks, no process of the command can be left. */
const OVER: ReadonlySet<string> = new Set(["GONE", "END"]);

/**
 * Follows a mutating command over as many sessions as needed. Starts it if it has not been started (`mode`). The latch
 * in the container stops every repeated request. The log is replayed from the first byte, each byte once.
 */
export async function followDetached(
  deps: ExecDeps,
  mode: Detached["mode"],
  nonce: string,
  argv: readonly string[],
  options: ContainerRunOptions = {},
): Promise<AttachResult> {
  const follower = new Follower(deps, mode, nonce, argv, options);
  return follower.follow();
}

class Follower {
  readonly #deps: ExecDeps;
  readonly #nonce: string;
  readonly #argv: readonly string[];
  readonly #signal: AbortSignal | undefined;
  readonly #output: OutputBuffer;
  #mode: Detached["mode"];
  /** We have sent a request that may have started the command. */
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
    this.#output = new OutputBuffer(onLine);
  }

  async follow(): Promise<AttachResult> {
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

  /** If every request was refused, the command has not started. */
  #giveUp(why = this.#why): ContainerOutcome {
    if (!this.#mayRun && this.#refusal !== undefined) throw this.#refusal;
    return this.#unknown(why);
  }

  #isLate(): boolean {
    return this.#signal?.aborted === true || performance.now() - this.#contact > this.#deps.limits.attachMs;
  }

  /** Runs one session. Undefined if another session may find out more. */
  async #once(): Promise<AttachResult | undefined> {
    const secret = newSecret();
    const { beatRounds } = this.#deps.limits;
    const settings = { secret, nonce: this.#nonce, mode: this.#mode, offset: this.#output.length, beatRounds };
    const command = wrapDetached(settings, this.#argv);
    const ticket = await this.#deps.calls.execute(command).catch((error: unknown) => this.#onRefused(error));
    if (ticket === undefined) return undefined;
    this.#refusal = undefined;
    const output = this.#output;
    const result = await runSession(ticket, {
      ...this.#deps,
      secret,
      output,
      outputForm: "data",
      signal: this.#signal,
    });
    return this.#judge(result);
  }

  /** Retry only a transient refusal. If the command may already run, do not throw: its outcome is unknown. */
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

  #judge(result: SessionResult): AttachResult | undefined {
    const word = result.last?.word;
    if (!this.#mayRun) {
      notStartedOutcome(this.#deps.place, result);
      if (word === "UNWRITABLE") throw unwritableError(this.#deps.place);
      if (word === "ABSENT") return { kind: "absent" };
    }
    this.#mayRun ||= this.#mode !== "attach";
    if (word === "LAUNCHED") return { kind: "launched" };
    if (result.words.has("STARTED") || result.words.has("ATTACHED")) {
      if (this.#mode === "start") this.#mode = "attach";
      this.#contact = performance.now();
    }
    const code = exitCodeOf(result);
    if (code !== undefined) return { kind: "exited", code, output: this.#output.end() };
    this.#why = whyUnknown(result);
    if (word === undefined) return undefined;
    const unknown = this.#unknown(WHY[word] ?? "its exit code cannot be read");
    return OVER.has(word) ? { ...unknown, over: true } : unknown;
  }

  #unknown(why: string) {
    return { kind: "unknown" as const, why, output: this.#output.end() };
  }
}
