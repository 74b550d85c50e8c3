import type { ContainerFolder } from "../container/task-dir.ts";
import { PAYLOAD } from "./agent-message.ts";
import type { SessionEndpoint, Watcher } from "./endpoint.ts";
import { OutputFrames } from "./output-frames.ts";
import { readJson } from "./read-json.ts";
import { Terminal } from "./terminal.ts";

/** A command of ECS Exec on its terminal. */
export class Command implements SessionEndpoint {
  readonly accepts = true;
  readonly #frames = new OutputFrames();
  readonly #watcher: Watcher;
  /** This many bytes at the end of the output never leave the task. */
  readonly #truncates: number;
  #terminal: Terminal | undefined;
  #tail: Buffer = Buffer.alloc(0);

  /** Starts the command. The caller has already found the program. */
  static async start(
    container: ContainerFolder,
    session: Watcher & { readonly id: string; readonly truncates: number },
    argv: readonly string[],
  ): Promise<Command> {
    const command = new Command(session, session.truncates);
    command.#terminal = await Terminal.start(container, session.id, argv, {
      output: (bytes) => command.#output(bytes),
      ended: () => session.ended(),
    });
    return command;
  }

  private constructor(watcher: Watcher, truncates: number) {
    this.#watcher = watcher;
    this.#truncates = truncates;
  }

  get exitCode(): number | undefined {
    return this.#terminal?.exitCode;
  }

  take(payloadType: number | undefined, payload: Buffer): void {
    if (payloadType === PAYLOAD.output) this.#terminal?.write(payload);
    if (payloadType !== PAYLOAD.size) return;
    const { rows, cols } = readJson(payload);
    if (typeof rows === "number" && typeof cols === "number") this.#terminal?.resize(rows, cols);
  }

  pause(): void {
    this.#terminal?.pause();
  }

  resume(): void {
    this.#terminal?.resume();
  }

  kill(): void {
    this.#terminal?.kill();
  }

  destroy(): void {
    this.#terminal?.destroy();
  }

  #output(bytes: Buffer): void {
    for (const payload of this.#frames.cut(this.#withoutTail(bytes))) this.#watcher.send(PAYLOAD.output, payload);
  }

  /** If the tail has to be lost, holds back the newest bytes until more follow. */
  #withoutTail(bytes: Buffer): Buffer {
    if (this.#truncates === 0) return bytes;
    const all = Buffer.concat([this.#tail, bytes]);
    const certain = Math.max(0, all.length - this.#truncates);
    this.#tail = all.subarray(certain);
    return all.subarray(0, certain);
  }
}
