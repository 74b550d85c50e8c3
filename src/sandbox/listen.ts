import { once } from "node:events";
import { createServer, type IncomingMessage, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";

/** An HTTP server on the loopback interface. */
export interface Listening {
  readonly url: string;
  /** Cuts every connection and frees the port. */
  close(): Promise<void>;
}

/** Takes over a connection that asks to become a websocket. */
type Upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer) => void;

/** Listens on 127.0.0.1 only; port 0 takes a free one. */
export async function listen(port: number, listener: RequestListener, upgrade?: Upgrade): Promise<Listening> {
  const server = createServer(listener);
  if (upgrade !== undefined) server.on("upgrade", upgrade);
  // Clients keep connections open between commands. Closing them first would race with their next request.
  server.keepAliveTimeout = 120_000;
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
