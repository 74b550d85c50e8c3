import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";

/** The port of PostgreSQL on AWS. */
export const USUAL_PORT = 5432;

/** The port of this machine where a server listens, once it does. */
export type Target = () => Promise<number>;

/**
 * What a DNS name of RDS is here: a loopback port that leads to one server or, where the name means none, nowhere. A
 * rename therefore takes the address from one instance and gives it to another, as it does on AWS.
 */
export class NameEndpoint {
  /** The port that the name has for those who know it. */
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

  /** Whether the name means a server now. */
  get leads(): boolean {
    return this.#target !== undefined;
  }

  /** New connections go there from now on; sessions that are open stay. */
  leadTo(target: Target): void {
    this.#target = target;
  }

  /** The name leads nowhere, and its sessions are cut. */
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
    client.on("error", () => {}); // what follows is `close`
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

  /** What comes from one side goes to the other, and neither outlives the other. */
  #join(from: Socket, to: Socket): void {
    this.#sessions.add(from);
    from.pipe(to);
    from.on("close", () => {
      this.#sessions.delete(from);
      to.destroySoon();
    });
  }
}
