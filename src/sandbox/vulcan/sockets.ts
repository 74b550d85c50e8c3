import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { WebSocketServer } from "ws";

const MOST_BYTES = 64 * 1024;
/** RFC 6455: the server is going down. */
const GOING_AWAY = 1001;

/** The WebSockets of one running task. It says which task it is, and sends back what it gets. */
export class VulcanSockets {
  readonly #server = new WebSocketServer({ noServer: true, maxPayload: MOST_BYTES, perMessageDeflate: false });
  readonly #greeting: string;

  constructor(greeting: Readonly<Record<string, string>>) {
    this.#greeting = JSON.stringify(greeting);
  }

  accept(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    this.#server.handleUpgrade(request, socket, head, (client) => {
      client.on("error", () => client.terminate());
      client.on("message", (data, isBinary) => client.send(data, { binary: isBinary }));
      client.send(this.#greeting);
    });
  }

  /** SIGTERM: each client is told, and may connect to another task. */
  goAway(): void {
    for (const client of this.#server.clients) client.close(GOING_AWAY, "going away");
  }

  kill(): void {
    for (const client of this.#server.clients) client.terminate();
  }
}
