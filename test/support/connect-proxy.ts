import { createServer, type IncomingMessage } from "node:http";
import { type AddressInfo, connect } from "node:net";

/** A forward proxy on this machine. */
export interface ConnectProxy {
  readonly url: string;
  /** `CONNECT host:port` or `POST http://…`, in order. */
  readonly requests: string[];
  /** The credentials of each. */
  readonly authorizations: (string | undefined)[];
  /** The status of its answers to CONNECT; 200 opens the tunnel. */
  status: number;
  close(): void;
}

/** It resolves every name to this machine, and counts what it is asked. */
export async function startProxy(): Promise<ConnectProxy> {
  const server = createServer();
  const note = (request: IncomingMessage) => {
    proxy.requests.push(`${request.method} ${request.url}`);
    proxy.authorizations.push(request.headers["proxy-authorization"]);
  };
  server.on("request", async (request, response) => {
    note(request);
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const target = new URL(request.url ?? "");
    const answer = await fetch(`http://127.0.0.1:${target.port}${target.pathname}`, {
      method: request.method ?? "GET",
      headers: { "content-type": request.headers["content-type"] ?? "" },
      ...(parts.length > 0 && { body: Buffer.concat(parts) }),
    });
    response.writeHead(answer.status, { "content-type": answer.headers.get("content-type") ?? "" });
    response.end(Buffer.from(await answer.arrayBuffer()));
  });
  server.on("connect", (request: IncomingMessage, socket) => {
    note(request);
    socket.on("error", () => undefined);
    if (proxy.status !== 200) return void socket.end(`HTTP/1.1 ${proxy.status} no\r\n\r\n`);
    const far = connect(Number(request.url?.split(":").at(-1)), "127.0.0.1", () => {
      socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
      far.pipe(socket);
      socket.pipe(far);
    });
    far.on("error", () => socket.destroy());
    socket.on("close", () => far.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const proxy: ConnectProxy = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests: [],
    authorizations: [],
    status: 200,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
  return proxy;
}
