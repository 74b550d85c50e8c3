import { PAYLOAD } from "./agent-message.ts";
import { isSince } from "./client-version.ts";
import type { Watcher } from "./endpoint.ts";
import { readJson } from "./read-json.ts";

/** New enough for multiplexing, and for clients to send no keep-alive frames (after 3.0.196.0 and 3.1.1511.0). [S] */
const AGENT_VERSION = "3.3.987.0";

/** The agent multiplexes for clients from this version on. Older ones get one bare connection, not simulated. [S] */
const FIRST_CLIENT = "1.1.70";

/** The agent waits this long for the client's answer (real ms). [S] */
const PATIENCE = 15_000;

const SUCCESS = 1;

/** The settings of a forwarded port from the session's document, as the agent passes them on. */
export interface PortProperties {
  readonly portNumber: string;
  readonly localPortNumber: string;
  readonly type: "LocalPortForwarding";
  /** Absent if the destination is the container itself. */
  readonly host?: string;
}

/** The agent's side of the handshake at the start of a port session. Members and texts are as in its source. [S] */
export class PortHandshake {
  readonly #watcher: Watcher;
  readonly #startedAt = performance.now();
  readonly #timer: NodeJS.Timeout;
  #isComplete = false;

  constructor(watcher: Watcher, properties: PortProperties) {
    this.#watcher = watcher;
    const request = {
      AgentVersion: AGENT_VERSION,
      RequestedClientActions: [
        { ActionType: "SessionType", ActionParameters: { SessionType: "Port", Properties: properties } },
      ],
    };
    watcher.send(PAYLOAD.handshakeRequest, Buffer.from(JSON.stringify(request)));
    const late = "Handshake timed out. Please ensure that you have the latest version of the session manager plugin.";
    this.#timer = setTimeout(() => this.#fail(late), PATIENCE).unref();
  }

  /** Before the handshake is complete, input is acknowledged and discarded. [S] */
  get isComplete(): boolean {
    return this.#isComplete;
  }

  /** The client's answer; only the first counts. [I] */
  answer(payload: Buffer): void {
    if (this.#isComplete) return;
    const { ClientVersion, ProcessedClientActions } = readJson(payload);
    const refused = list(ProcessedClientActions).find(({ ActionStatus }) => ActionStatus !== SUCCESS);
    if (refused !== undefined) {
      const { ActionType, ActionStatus, Error: reason } = refused;
      this.#fail(`${ActionType} failed on client with status ${ActionStatus} error: ${reason ?? ""}`);
    } else if (!isSince(String(ClientVersion ?? ""), FIRST_CLIENT)) {
      this.#fail(`The sandbox forwards ports for clients from version ${FIRST_CLIENT} on alone.`);
    } else {
      this.#complete();
    }
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  #complete(): void {
    this.stop();
    this.#isComplete = true;
    const nanoseconds = Math.round((performance.now() - this.#startedAt) * 1e6);
    const complete = { HandshakeTimeToComplete: nanoseconds, CustomerMessage: "" };
    this.#watcher.send(PAYLOAD.handshakeComplete, Buffer.from(JSON.stringify(complete)));
  }

  /** The text is the agent's. It is inferred that clients read it as the session's last message. [S I] */
  #fail(reason: string): void {
    this.stop();
    this.#watcher.failed(`Encountered error while initiating handshake. ${reason}`);
  }
}

const list = (value: unknown): Readonly<Record<string, unknown>>[] => (Array.isArray(value) ? value : []);
