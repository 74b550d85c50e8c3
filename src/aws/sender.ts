import type { Json, JsonObject } from "../domain/json.ts";
import type { Clock } from "../domain/ports.ts";
import type { Clients } from "./client/clients.ts";
import type { ExecVia } from "./ecs-exec/transport.ts";

/** What came back from one SDK call. */
export interface Answered {
  readonly requestId: string | undefined;
  readonly answer: Json;
}

/** What a session in a container takes beside clients. */
export interface SendSettings {
  readonly via?: ExecVia | undefined;
  /** A command takes a while to reach: throws, at the last moment before its start, where the rows are no longer these. */
  assertRows?(rows: string): Promise<void>;
}

interface SessionSettings extends SendSettings {
  readonly clock: Pick<Clock, "now">;
}

/** `key` names the attempt. */
export type Sender = (clients: Clients, input: JsonObject, key: string, session: SessionSettings) => Promise<Answered>;
