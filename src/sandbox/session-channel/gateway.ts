import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { type WebSocket, WebSocketServer } from "ws";
import type { Session } from "./session.ts";

/** The largest frame accepted, in bytes. */
const MOST_BYTES = 1024 * 1024;

/** The close code for data that the endpoint cannot accept. [I: for a missing token] */
const UNACCEPTABLE = 1003;

/** The service between clients and sessions. It opens channels for clients that have the token. */
export class Gateway {
  readonly #server = new WebSocketServer({ noServer: true, maxPayload: MOST_BYTES, perMessageDeflate: false });
  readonly #find: (id: string) => Session | undefined;

  constructor(find: (id: string) => Session | undefined) {
    this.#find = find;
  }

  /**
   * Handles a websocket request on the endpoint's port. Browsers always send Origin with one, and no web page may open
   * a channel.
   */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const id = /^\/v1\/data-channel\/([^/?]+)\?/.exec(request.url ?? "")?.[1];
    const session = id === undefined ? undefined : this.#find(id);
    if (session === undefined || request.headers.origin !== undefined) {
      socket.end(`HTTP/1.1 ${session === undefined ? "404 Not Found" : "403 Forbidden"}\r\nconnection: close\r\n\r\n`);
      return;
    }
    this.#server.handleUpgrade(request, socket, head, (client) => open(client, session));
  }

  close(): void {
    for (const client of this.#server.clients) client.terminate();
    this.#server.close();
  }
}

/** The first frame is text and contains the token. It gets no reply. All later frames belong to the session. */
function open(client: WebSocket, session: Session): void {
  client.on("error", () => client.terminate());
  client.once("message", (data: Buffer) => {
    const token = tokenOf(data.toString());
    if (token !== "" && token === session.token) return session.attach(client);
    const problem = token === "" ? "does not contain token" : "contains an invalid token";
    client.close(UNACCEPTABLE, `Channel ${session.id}: request to open data channel ${problem}.`);
  });
}

function tokenOf(text: string): string {
  try {
    return String((JSON.parse(text) as { TokenValue?: unknown }).TokenValue ?? "");
  } catch {
    return "";
  }
}
