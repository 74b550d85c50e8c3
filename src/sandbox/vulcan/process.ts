import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import pg from "pg";
import type { DatabaseAddress } from "../postgres/databases.ts";
import { healthProblem, pages } from "./http-server.ts";
import type { Image } from "./image.ts";
import { listApplied, migrateUp } from "./migrate.ts";
import { VulcanSockets } from "./sockets.ts";

export interface VulcanSpec {
  readonly image: Image;
  readonly revision: string;
  readonly taskId: string;
  /** The ports of its task that it listens on; 8080 where nothing is said. */
  readonly ports?: readonly number[];
  /** The one of them on which another container of the task listens already. */
  readonly takenPort?: () => number | undefined;
  /** The address it connects to. Throws if its DB_URL points to nothing. */
  readonly database: () => DatabaseAddress;
  readonly adminToken: string;
  /** Virtual time in ms. */
  readonly now: () => number;
  /** Whether this build refuses to start on a schema it does not know. */
  readonly refusesNewer?: boolean;
  /** How long it waits for another task's migration (real ms). */
  readonly lockTimeout?: number | undefined;
  /** How long `/health` takes to answer (virtual s), and the same in real ms. */
  readonly health?: { readonly seconds: number; readonly ms: number };
}

/** Vulcan's own port, where its container maps no other. */
export const VULCAN_PORT = 8080;

/** Vulcan's exit: its code and its reason. */
export interface Exit {
  readonly code: number;
  readonly reason: string;
  /** The container never ran, because there was no such program. */
  readonly notStarted?: true;
}

/**
 * Simulates one Vulcan process. It lives in this process, so that a world can be discarded in milliseconds. But it
 * migrates a real database and listens on a real port.
 */
export class VulcanProcess {
  readonly log: string[] = [];
  /** Resolves when the process listens or has exited. */
  readonly started: Promise<void>;
  readonly exited: Promise<Exit>;
  readonly #spec: VulcanSpec;
  #client: pg.Client | undefined;
  #server: Server | undefined;
  readonly #sockets: VulcanSockets;
  #port: number | undefined;
  #exit: (exit: Exit) => void = () => {};
  #gone = false;
  /** One statement at a time. */
  #written: Promise<unknown> = Promise.resolve();

  constructor(spec: VulcanSpec) {
    this.#spec = spec;
    this.#sockets = new VulcanSockets({ task: spec.taskId, version: spec.image.version });
    this.exited = new Promise((resolve) => {
      this.#exit = resolve;
    });
    this.started = Promise.race([this.#start(), this.exited.then(() => {})]);
  }

  get ports(): readonly number[] {
    return this.#spec.ports ?? [VULCAN_PORT];
  }

  /** The loopback port it listens on; undefined before it listens and after it has gone. */
  get port(): number | undefined {
    return this.#gone ? undefined : this.#port;
  }

  /** While it does not listen, it is busy with a migration. [I] */
  get isDeaf(): boolean {
    return this.port === undefined || this.#spec.image.traits?.ignoresTerm === true;
  }

  get healthSeconds(): number {
    return this.port === undefined ? 0 : (this.#spec.health?.seconds ?? 0);
  }

  /** Whether `curl -f http://localhost:8080/health` inside the container would succeed. */
  passesHealthCheck(): boolean {
    return this.port !== undefined && healthProblem(this.#spec.image.behaviour) === undefined;
  }

  /** Writes that these clients are there. */
  heartbeat(table: string, ids: readonly string[]): void {
    this.#write(`UPDATE ${table} SET last_seen = to_timestamp($1) WHERE id = ANY ($2)`, [ids]);
  }

  /** Runs the scheduled scans. */
  scan(): void {
    this.#write("UPDATE jobs SET last_run = to_timestamp($1)", []);
  }

  /** What it cannot write is missing there, as with a real one. The first value is the time. */
  #write(sql: string, values: readonly unknown[]): void {
    if (this.port === undefined) return;
    const at = this.#spec.now() / 1000;
    this.#written = this.#written.then(() => this.#client?.query(sql, [at, ...values])).catch(() => {});
  }

  /** SIGTERM: lets requests in flight finish for `grace` real ms, then SIGKILL. Resolves to the exit code. */
  async terminate(grace: number): Promise<number> {
    const server = this.#server;
    if (this.#gone || server === undefined) return this.#end(0, "terminated");
    const closed = once(server, "close").then(() => true);
    server.close();
    server.closeIdleConnections();
    this.#sockets.goAway();
    const late = new Promise<boolean>((resolve) => setTimeout(() => resolve(false), grace).unref());
    return (await Promise.race([closed, late])) ? this.#end(0, "terminated") : this.#end(137, "killed");
  }

  /** SIGKILL. */
  kill(): void {
    this.#end(137, "killed");
  }

  async #start(): Promise<void> {
    try {
      await this.#boot();
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.log.push(`ERR ${reason}`);
      this.#end(1, reason);
    }
  }

  async #boot(): Promise<void> {
    const { image, now, refusesNewer = false, lockTimeout } = this.#spec;
    const log = (line: string): number => this.log.push(line);
    log("INF connecting to postgres...");
    const client = new pg.Client({ ...this.#spec.database(), application_name: "vulcan" });
    client.on("error", () => {}); // the next query reports a cut session
    this.#client = client;
    await client.connect();
    log("INF postgres connected successfully");
    const own = image.traits?.ownMigration;
    await migrateUp(client, { newest: image.migrations, now, log, refusesNewer, own, lockTimeout });
    if (image.behaviour.kind === "crash-on-start") {
      log(`ERR ${image.behaviour.reason}`);
      this.#end(image.behaviour.exitCode, image.behaviour.reason);
    }
    if (!this.#gone) await this.#listen(client);
  }

  async #listen(client: pg.Client): Promise<void> {
    const taken = this.#spec.takenPort?.();
    if (taken !== undefined) throw new Error(`listen tcp :${taken}: bind: address already in use`);
    const { image, revision, taskId, adminToken, health, now } = this.#spec;
    const site = {
      image,
      revision,
      taskId,
      adminToken,
      healthMs: health?.ms ?? 0,
      migrations: () => listApplied(client),
      beat: async (number: number) => {
        await client.query("INSERT INTO beats VALUES ($1, to_timestamp($2))", [number, now() / 1000]);
      },
    };
    const server = createServer(pages(site));
    server.on("upgrade", (request, socket, head) => this.#sockets.accept(request, socket, head));
    // Longer than the balancer keeps idle connections. Otherwise it could use a connection that is just closing.
    server.keepAliveTimeout = 120_000;
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    this.#server = server;
    this.#port = (server.address() as AddressInfo).port;
    this.log.push(`INF listening address=:${this.ports[0]}`);
    if (this.#gone) server.close();
  }

  #end(code: number, reason: string): number {
    if (this.#gone) return code;
    this.#gone = true;
    this.#server?.close();
    this.#server?.closeAllConnections();
    this.#sockets.kill();
    this.#client?.end().catch(() => {}); // the database may have gone first
    this.#exit({ code, reason });
    return code;
  }
}
