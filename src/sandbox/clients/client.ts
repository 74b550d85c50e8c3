import type { Task } from "../ecs/model.ts";

/** What holds a connection to a task: a browser with a WebSocket, a relay connector, an agent. */
export type ClientKind = "browser" | "relay" | "agent";

export interface VulcanClient {
  readonly kind: ClientKind;
  readonly id: string;
  /** It does not come back once its task has gone. */
  readonly isLost: boolean;
  /** The task that it is connected to; undefined while it is not connected. */
  task: Task | undefined;
}

/** The clients of a scenario, by number. Of the relays and agents, as many never come back as are lost. */
export interface ClientCounts {
  readonly browsers: number;
  readonly relays: number;
  readonly lostRelays: number;
  readonly agents: number;
  readonly lostAgents: number;
}

/** The tables in which the two kinds that have heartbeats are listed. */
export const TABLES = { relay: "relays", agent: "agents" } as const;
