import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";

/** The port of PostgreSQL on AWS. */
export const USUAL_PORT = 5432;

/** Resolves to the server's port on this machine, once the server listens. */
export type Target = () => Promise<number>;

/**
 * Represents a DNS name of RDS: a loopback port that forwards to one server, or to none if the name points to nothing.
 * A rename therefore takes the address from one instance and gives it to another, as on AWS.
 */
export class NameEndpoint {
  /** The port that clients use together with the DNS name. */
  readonly namedPort: number;
  readonly #listener: Server;
  readonly #sessions = new Set<Socket>();
  #target: Target | undefined;

  private constructor(listener: Server, namedPort: number) {
    this.#listener = listener;
    this.namedPort = namedPort;
  }

  static async open(port = 0, namedPort = USUAL_PORT): Promise<NameEndpoint> {
    const listener = createServer({ noDelay: true });
    const endpoint = new NameEndpoint(listener, namedPort);
    listener.on("connection", (client) => void endpoint.#carry(client));
    listener.listen(port, "127.0.0.1");
    await once(listener, "listening");
    return endpoint;
  }

  get port(): number {
    return (this.#listener.address() as AddressInfo).port;
  }

  /** Whether the name points to a server now. */
  get leads(): boolean {
    return this.#target !== undefined;
  }

  /** Forwards new connections to `target`. Open sessions stay. */
  leadTo(target: Target): void {
    this.#target = target;
  }

  /** Makes the name point to nothing, and cuts its sessions. */
  cut(): void {
    this.#target = undefined;
    for (const socket of this.#sessions) socket.destroy();
  }

  async close(): Promise<void> {
    this.cut();
    if (!this.#listener.listening) return;
    this.#listener.close();
    await once(this.#listener, "close");
  }

  async #carry(client: Socket): Promise<void> {
    client.on("error", () => {}); // `close` follows
    const target = this.#target;
    const port = await target?.().catch(() => undefined);
    if (port === undefined || this.#target !== target) {
      client.resetAndDestroy();
      return;
    }
    const server = connect({ port, host: "127.0.0.1", noDelay: true });
    server.on("error", () => {});
    this.#join(client, server);
    this.#join(server, client);
  }

  /** Copies one side to the other, and closes the other side when this one closes. */
  #join(from: Socket, to: Socket): void {
    this.#sessions.add(from);
    from.pipe(to);
    from.on("close", () => {
      this.#sessions.delete(from);
      to.destroySoon();
    });
  }
}
