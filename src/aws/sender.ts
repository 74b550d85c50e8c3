import type { Json, JsonObject } from "../domain/json.ts";
import type { Clock } from "../domain/ports.ts";
import type { Clients } from "./client/clients.ts";
import type { ExecVia } from "./ecs-exec/transport.ts";

/** The result of one SDK call. */
export interface Answered {
  readonly requestId: string | undefined;
  readonly answer: Json;
}

/** What a session in a container needs besides clients. */
export interface SendSettings {
  readonly via?: ExecVia | undefined;
  /** Called just before a command starts, since a container takes a while to reach. Throws if the rows have changed. */
  assertRows?(rows: string): Promise<void>;
}

interface SessionSettings extends SendSettings {
  readonly clock: Pick<Clock, "now">;
}

/** `key` identifies the attempt. */
export type Sender = (clients: Clients, input: JsonObject, key: string, session: SessionSettings) => Promise<Answered>;
