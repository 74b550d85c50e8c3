import type { Json, JsonObject } from "../domain/json.ts";
import type { Clock } from "../domain/ports.ts";
import type { Clients } from "./clients.ts";
import type { ExecVia } from "./exec-session/line.ts";

/** What came back from one SDK call. */
export interface Answered {
  readonly requestId: string | undefined;
  readonly answer: Json;
}

/** What a session in a container takes beside clients. */
export interface SessionSettings {
  readonly clock: Pick<Clock, "now">;
  readonly via?: ExecVia | undefined;
}

/** `key` names the attempt. */
export type Sender = (clients: Clients, input: JsonObject, key: string, session: SessionSettings) => Promise<Answered>;
