import type { AgentMessage } from "./agent-message.ts";

/** Puts one direction's frames in order. Each is handled once, even if it arrives twice or out of order. */
export class ReorderBuffer {
  readonly #early = new Map<number, AgentMessage>();
  #expected = 0;

  /** The frames that may be handled now. Every frame is acknowledged, even one that came before. [S] */
  take(message: AgentMessage): AgentMessage[] {
    if (message.sequence >= this.#expected) this.#early.set(message.sequence, message);
    const ready: AgentMessage[] = [];
    for (;;) {
      const next = this.#early.get(this.#expected);
      if (next === undefined) return ready;
      this.#early.delete(this.#expected++);
      ready.push(next);
    }
  }
}
