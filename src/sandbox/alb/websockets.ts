import type { IncomingMessage } from "node:http";
import { connect, type Socket } from "node:net";
import type { Duplex } from "node:stream";
import { nextTarget, type TargetGroup } from "./target-group.ts";

/** Told of each connection that becomes a WebSocket, and of its end. */
export interface SocketObserver {
  opened(): void;
  closed(): void;
}

/** The balancer's part that carries WebSockets: what a target has accepted stays with it until one side closes. */
export class Websockets {
  readonly #group: () => TargetGroup | undefined;
  readonly #observe: () => SocketObserver | undefined;
  readonly #clients = new Set<Duplex>();

  constructor(group: () => TargetGroup | undefined, observe: () => SocketObserver | undefined) {
    this.#group = group;
    this.#observe = observe;
  }

  upgrade(request: IncomingMessage, client: Duplex, head: Buffer): void {
    const pool = this.#group();
    const target = pool && nextTarget(pool);
    const port = target?.listener()?.port;
    if (port === undefined) {
      const status = target === undefined ? "503 Service Temporarily Unavailable" : "502 Bad Gateway";
      client.end(`HTTP/1.1 ${status}\r\nserver: awselb/2.0\r\nconnection: close\r\n\r\n`);
      return;
    }
    const upstream = connect(port, "127.0.0.1", () => {
      upstream.write(requestText(request));
      upstream.write(head);
      client.pipe(upstream).pipe(client);
    });
    this.#hold(client, upstream);
  }

  #hold(client: Duplex, upstream: Socket): void {
    const observer = this.#observe();
    this.#clients.add(client);
    observer?.opened();
    client.once("close", () => {
      this.#clients.delete(client);
      observer?.closed();
      upstream.destroy();
    });
    upstream.once("close", () => client.end());
    client.on("error", () => upstream.destroy());
    upstream.on("error", () => client.destroy());
  }

  /** Cuts every connection. */
  close(): void {
    for (const client of this.#clients) client.destroy();
  }
}

function requestText({ method, url, rawHeaders }: IncomingMessage): string {
  const headers = Array.from(
    { length: rawHeaders.length / 2 },
    (_, index) => `${rawHeaders[2 * index]}: ${rawHeaders[2 * index + 1]}\r\n`,
  );
  return `${method} ${url} HTTP/1.1\r\n${headers.join("")}\r\n`;
}
