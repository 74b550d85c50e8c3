import type { Socket } from "node:net";

/** What a life passes that something can be bound to: a moment is the n-th of one of these. */
export type Passed = "request" | "record" | "before-send" | "after-send";

/** Where a life stands, by the last record of its journal. */
export interface Position {
  readonly execution: string;
  readonly type: string;
  readonly step: string | undefined;
  readonly phase: string | undefined;
  /** The record's own time (virtual). */
  readonly at: string;
}

/** A record of a step, by its name: `step.sent`, `shrink`, `do`. */
export interface NamedRecord {
  readonly on: string;
  readonly step: string;
  readonly phase: "do" | "undo";
}

/** A request to AWS that a life has sent. */
export interface SentRequest {
  readonly life: Life;
  /** The SDK's name for it; the sandbox records the same. */
  readonly invocation: string;
  /** The last record when it was sent. */
  readonly position: Position | undefined;
}

/** One life of the program: what a process is to the system, within this process. */
export class Life {
  readonly name: string;
  readonly pid: number;
  readonly host: string;
  /** So far its machine's clock is ahead. */
  readonly skewMs: number;
  readonly died: Promise<"died">;
  isDead = false;
  isOver = false;
  /** The journal's half of a record that was written when it died. */
  isTorn = false;
  position: Position | undefined;
  readonly sent: SentRequest[] = [];
  /** The named records that something was bound to, and that it came to. */
  readonly reached: string[] = [];
  readonly sockets = new Set<Socket>();
  readonly files = new Set<{ close(): Promise<void> }>();
  readonly #counts = new Map<Passed, number>();
  readonly #named: { readonly record: NamedRecord; readonly run: () => void }[] = [];
  readonly #awaited: { readonly passed: Passed; readonly nth: number; readonly run: () => void }[] = [];
  #tellDied: () => void = () => {};

  constructor(name: string, pid: number, host: string, skewMs: number) {
    this.name = name;
    this.pid = pid;
    this.host = host;
    this.skewMs = skewMs;
    this.died = new Promise((resolve) => {
      this.#tellDied = () => resolve("died");
    });
  }

  /** Runs once this life passes the n-th of these (from 1). */
  when(passed: Passed, nth: number, run: () => void): void {
    this.#awaited.push({ passed, nth, run });
  }

  /** Runs once this record of it is on the disk, the first time. */
  whenRecorded(record: NamedRecord, run: () => void): void {
    this.#named.push({ record, run });
  }

  pass(passed: Passed): void {
    if (passed === "record") this.#passNamed();
    const count = (this.#counts.get(passed) ?? 0) + 1;
    this.#counts.set(passed, count);
    for (const each of this.#awaited) if (each.passed === passed && each.nth === count) each.run();
  }

  #passNamed(): void {
    const { type, step, phase } = this.position ?? {};
    for (const { record, run } of this.#named) {
      if (record.on !== type || record.step !== step || record.phase !== phase) continue;
      this.reached.push(`${type} ${step}`);
      run();
    }
  }

  /** From now on nothing of it reaches the disk, AWS or the screen; the system closes what it had open. */
  die(): void {
    if (this.isDead || this.isOver) return;
    this.isDead = true;
    for (const socket of this.sockets) socket.destroy();
    for (const file of this.files) void file.close().catch(() => undefined);
    this.#tellDied();
  }
}
