import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse, request as send } from "node:http";
import type { AddressInfo } from "node:net";
import type { Exit } from "../vulcan/process.ts";
import type { TaskProcess } from "./task-process.ts";

/** A front proxy such as Envoy: it forwards each request to the program beside it in the task. */
export class ProxyProcess implements TaskProcess {
  readonly log: string[] = [];
  readonly ports: readonly number[];
  readonly isDeaf = false;
  readonly started: Promise<void>;
  readonly exited: Promise<Exit>;
  readonly #server: Server;
  readonly #upstream: () => TaskProcess | undefined;
  #port: number | undefined;
  #exit: (exit: Exit) => void = () => {};

  /** `upstream` is asked at each request: the application may start later, and end earlier. */
  constructor(name: string, ports: readonly number[], upstream: () => TaskProcess | undefined) {
    this.ports = ports;
    this.#upstream = upstream;
    this.exited = new Promise((resolve) => {
      this.#exit = resolve;
    });
    this.#server = createServer((request, response) => this.#forward(request, response));
    // Longer than the balancer keeps idle connections. Otherwise it could use a connection that is just closing.
    this.#server.keepAliveTimeout = 120_000;
    this.#server.listen(0, "127.0.0.1");
    this.started = once(this.#server, "listening").then(() => {
      this.#port = (this.#server.address() as AddressInfo).port;
      this.log.push(`[info] ${name}: all clusters initialized, listening on ${ports.join(", ") || "no port"}`);
    });
  }

  get port(): number | undefined {
    return this.#port;
  }

  /** The balancer's check goes through it to the application's page. */
  get healthSeconds(): number {
    return this.#upstream()?.healthSeconds ?? 0;
  }

  /** Its own check asks its own page, not the application's. */
  passesHealthCheck(): boolean {
    return this.#port !== undefined;
  }

  async terminate(grace: number): Promise<number> {
    if (this.#port === undefined) return this.#end(0, "terminated");
    const closed = once(this.#server, "close").then(() => true);
    this.#server.close();
    this.#server.closeIdleConnections();
    const late = new Promise<boolean>((resolve) => setTimeout(() => resolve(false), grace).unref());
    return (await Promise.race([closed, late])) ? this.#end(0, "terminated") : this.#end(137, "killed");
  }

  kill(): void {
    this.#end(137, "killed");
  }

  #forward(request: IncomingMessage, response: ServerResponse): void {
    const port = this.#upstream()?.port;
    if (port === undefined) {
      refuse(response, "no healthy upstream");
      return;
    }
    const { method, url: path, headers } = request;
    const upstream = send({ host: "127.0.0.1", port, method, path, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    upstream.once("error", () =>
      refuse(response, "upstream connect error or disconnect/reset before headers. reset reason: connection failure"),
    );
    response.once("close", () => upstream.destroy());
    request.pipe(upstream);
  }

  #end(code: number, reason: string): number {
    this.#port = undefined;
    this.#server.close();
    this.#server.closeAllConnections();
    this.#exit({ code, reason });
    return code;
  }
}

/** Envoy's own answer. [D: the texts] */
function refuse(response: ServerResponse, text: string): void {
  if (response.headersSent) return void response.destroy();
  response.writeHead(503, { server: "envoy", "content-type": "text/plain" }).end(text);
}
