import type { Json, JsonObject } from "../domain/json.ts";
import type { Clock } from "../domain/ports.ts";
import type { Clients } from "./clients.ts";

/** What came back from one SDK call. */
export interface Answered {
  readonly requestId: string | undefined;
  readonly answer: Json;
}

/** `key` names the attempt. */
export type Sender = (clients: Clients, input: JsonObject, key: string, clock: Pick<Clock, "now">) => Promise<Answered>;
