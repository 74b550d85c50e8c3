import type { AgentMessage } from "./agent-message.ts";

/** Puts one direction's frames in order: each is handled once, whatever the wire did to it. */
export class Inbox {
  readonly #early = new Map<number, AgentMessage>();
  #expected = 0;

  /** The frames that may be handled now. Every frame is acknowledged, also one that came before. [S] */
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
