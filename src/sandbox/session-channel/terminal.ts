import { type ChildProcess, execFile, spawn } from "node:child_process";
import { closeSync, constants, mkdirSync, openSync, rmSync, writeFileSync } from "node:fs";
import { Socket } from "node:net";
import { join } from "node:path";
import { promisify } from "node:util";
import type { ContainerFolder } from "../container/task-dir.ts";
import { applySettings, post, sane, typed } from "./line-discipline.ts";
import { SttyMarks } from "./stty.ts";

/** What a terminal reports. */
interface Listener {
  output(bytes: Buffer): void;
  /** The command has ended and its output has been read. */
  ended(exitCode: number): void;
}

/** After the command has ended, its output is complete when nothing has come for this long (real ms). */
const QUIET = 40;

/** A shell without arguments checks whether it has a terminal. It does not recognise ours, so we pass `-i`. */
const SHELLS = new Set(["/bin/sh", "sh", "/bin/bash", "bash", "/bin/ash", "ash"]);

/**
 * A command on an emulated terminal. Standard output and error are one pipe, as a terminal is one file. The line
 * discipline is applied to what passes. The command leads its own session, as on a terminal.
 */
export class Terminal {
  readonly #flags = sane();
  readonly #marks: SttyMarks;
  readonly #folder: string;
  readonly #child: ChildProcess;
  readonly #output: Socket;
  readonly #watcher: Listener;
  #exitCode: number | undefined;
  #quiet: NodeJS.Timeout | undefined;
  #paused = false;
  #closed = false;

  /** Starts the command. The caller has already found the program. */
  static async start(
    container: ContainerFolder,
    id: string,
    argv: readonly string[],
    watcher: Listener,
  ): Promise<Terminal> {
    const folder = join(container.sessions, id);
    mkdirSync(folder);
    await promisify(execFile)("mkfifo", ["-m", "600", join(folder, "tty")]);
    return new Terminal(container, folder, argv, watcher);
  }

  private constructor(container: ContainerFolder, folder: string, argv: readonly string[], watcher: Listener) {
    this.#folder = folder;
    this.#watcher = watcher;
    this.#marks = new SttyMarks(container.token);
    const tty = join(folder, "tty");
    // Open the reader first, without waiting for a writer. Then open the command's writer, so that the reader gets no
    // end of file.
    this.#output = new Socket({ fd: openSync(tty, constants.O_RDONLY | constants.O_NONBLOCK), writable: false });
    const writer = openSync(tty, "w");
    const [program = "", ...given] = argv;
    const args = given.length === 0 && SHELLS.has(program) ? ["-i", "+m"] : given;
    const env = { ...container.env, TERM: "xterm-256color", LANG: container.env.LANG ?? "C.UTF-8", SANDBOX_TTY: tty };
    this.#child = spawn(program, args, {
      cwd: container.root,
      env,
      detached: true,
      stdio: ["pipe", writer, writer, container.leash],
    });
    closeSync(writer);
    this.#child.stdin?.on("error", () => {}); // the command has closed its input
    this.#child.once("error", () => this.#onExit(127));
    this.#child.once("exit", (code, signal) => this.#onExit(code ?? 128 + signalNumber(signal)));
    this.#output.on("data", (chunk) => this.#onData(chunk));
    this.#output.on("error", () => this.#finish());
    this.#output.on("end", () => this.#finish());
  }

  get exitCode(): number | undefined {
    return this.#exitCode;
  }

  write(bytes: Buffer): void {
    const input = typed(this.#flags, bytes);
    if (input.echoed.length > 0) this.#watcher.output(input.echoed);
    if (input.interrupt) this.#signal("SIGINT");
    if (input.toCommand.length > 0) this.#child.stdin?.write(input.toCommand);
    if (input.end) this.#child.stdin?.end();
  }

  resize(rows: number, columns: number): void {
    if (!this.#closed) writeFileSync(join(this.#folder, "size"), `${rows} ${columns}\n`);
  }

  /** Stops reading. A command that continues to print blocks when the pipe is full. */
  pause(): void {
    this.#paused = true;
    clearTimeout(this.#quiet);
    this.#output.pause();
  }

  resume(): void {
    this.#paused = false;
    this.#output.resume();
    if (this.#exitCode !== undefined) this.#awaitQuiet();
  }

  /** Like the agent: SIGKILL for the command itself. The closing terminal sends SIGHUP to its children. [V] */
  kill(): void {
    this.#child.kill("SIGKILL");
    this.#signal("SIGHUP");
    this.#close();
  }

  /** The container ends: kills the command's whole process group. */
  destroy(): void {
    this.#signal("SIGKILL");
    this.#close();
  }

  #signal(name: NodeJS.Signals): void {
    try {
      if (this.#child.pid !== undefined) process.kill(-this.#child.pid, name);
    } catch {} // no process is left
  }

  #onData(chunk: Buffer): void {
    for (const stretch of this.#marks.split(chunk)) {
      if (Buffer.isBuffer(stretch)) this.#watcher.output(post(this.#flags, stretch));
      else applySettings(this.#flags, stretch);
    }
    if (this.#exitCode !== undefined) this.#awaitQuiet();
  }

  #onExit(code: number): void {
    this.#exitCode = code;
    this.#signal("SIGHUP");
    this.#awaitQuiet();
  }

  #awaitQuiet(): void {
    if (this.#paused || this.#closed) return;
    clearTimeout(this.#quiet);
    this.#quiet = setTimeout(() => this.#finish(), QUIET);
  }

  #finish(): void {
    // The pipe may end before the command does, for example if a daemon has closed its output.
    if (this.#exitCode === undefined || this.#closed) return;
    this.#close();
    this.#watcher.ended(this.#exitCode);
  }

  #close(): void {
    this.#closed = true;
    clearTimeout(this.#quiet);
    this.#output.destroy();
    this.#child.stdin?.destroy();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

const SIGNALS: Readonly<Record<string, number>> = { SIGHUP: 1, SIGINT: 2, SIGKILL: 9, SIGPIPE: 13, SIGTERM: 15 };

const signalNumber = (signal: NodeJS.Signals | null): number => SIGNALS[signal ?? ""] ?? 0;
