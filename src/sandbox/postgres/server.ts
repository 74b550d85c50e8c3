import type { ChildProcess } from "node:child_process";
import { baseOf, USER } from "../../postgres/cluster.ts";
import { freePort } from "../../postgres/free-port.ts";
import { collect, ready } from "../../postgres/launch.ts";
import { launchServer } from "../../postgres/launch-server.ts";
import { placeCluster } from "../../postgres/prepared-cluster.ts";
import { discard, end } from "../../postgres/stop.ts";
import { runnerOf } from "../../postgres/system-user.ts";
import type { WorkFolder } from "../../postgres/work-folder.ts";

/** A running PostgreSQL server on 127.0.0.1, with a folder and a superuser of its own. */
export interface PostgresServer {
  readonly home: WorkFolder;
  readonly folder: string;
  readonly port: number;
  /** Its administrator. */
  user: string;
  readonly password: string;
  /** The max_connections it runs with. */
  readonly connections: number;
  /** Its base backups, oldest first. */
  readonly bases: BaseBackup[];
  /** Ends the server in good order and starts it again on the same port with that max_connections. */
  restart(connections: number): Promise<void>;
  /** The newest lines of its log. */
  log(): string;
  /** Ends the server at once and removes its folder. */
  stop(): Promise<void>;
}

/** The packed data, from which the log can be replayed to every later moment. */
export interface BaseBackup {
  readonly archive: string;
  /** Where in the log the replay starts. Set if the data were packed while the server wrote them. */
  readonly label?: string | undefined;
  /** The real instant (ms) at which it was complete. */
  readonly from: number;
  /** Restores that are copying it. It is not removed before they end. */
  readonly copies: Set<Promise<void>>;
}

/** How much of a server's log is kept, in characters. */
const LOG_KEPT = 65_536;

/** The max_connections of a server by default. */
export const CONNECTIONS = 200;

/** The whole log is kept, because a point-in-time restore replays it. */
const SETTINGS: readonly string[] = [
  "wal_level=replica",
  "wal_keep_size=1TB",
  "max_wal_size=64MB",
  "min_wal_size=4MB",
  "hot_standby=off",
  "io_method=sync",
  // As in RDS's own parameter groups. [K]
  "shared_preload_libraries=pg_stat_statements",
  "pg_stat_statements.max=1000",
  // The form of RDS. [D] The time is the machine's.
  "log_line_prefix=%t:%r:%u@%d:[%p]:",
];

/**
 * Creates a database cluster and starts a server: about 0.7 s. Keeps the result of initdb as a base backup, so that a
 * replay of the log can restore every later moment. The server's folder is removed with the server.
 */
export async function startPostgres(home: WorkFolder): Promise<PostgresServer> {
  const runner = runnerOf(home);
  const folder = home.serverFolder();
  const password = await placeCluster(home, folder, runner).catch(async (error: Error) => {
    await discard(folder, runner);
    throw error;
  });
  const server = await serve({ home, folder, user: USER, password, connections: CONNECTIONS });
  server.bases.push({ archive: baseOf(folder, 0), from: 0, copies: new Set() });
  return server;
}

export interface Serving {
  readonly home: WorkFolder;
  readonly folder: string;
  readonly user: string;
  readonly password: string;
  readonly connections: number;
  /** More settings, only for the first start. */
  readonly settings?: readonly string[];
}

/** Starts a server on the cluster in the folder, on a free port. */
export async function serve(serving: Serving, attempts = 3): Promise<PostgresServer> {
  const port = await freePort();
  const watcher = launchWith(serving, port);
  const log = collect(watcher, LOG_KEPT);
  const failure = await ready(watcher);
  if (failure === undefined) return new RunningServer(serving, port, watcher, log);
  const portTaken = attempts > 1 && /could not bind|in use/i.test(failure);
  if (!portTaken) {
    await end(watcher, serving.folder);
    throw new Error(`PostgreSQL did not start: ${failure.trim()}`);
  }
  watcher.kill("SIGKILL");
  return serve(serving, attempts - 1);
}

function launchWith({ home, folder, connections, settings = [] }: Serving, port: number): ChildProcess {
  const all = [...SETTINGS, `max_connections=${connections}`, ...settings];
  return launchServer({ home, folder, port, settings: all });
}

class RunningServer implements PostgresServer {
  readonly home: WorkFolder;
  readonly folder: string;
  readonly port: number;
  user: string;
  readonly password: string;
  connections: number;
  readonly bases: BaseBackup[] = [];
  #watcher: ChildProcess;
  #log: () => string;

  constructor(serving: Serving, port: number, watcher: ChildProcess, log: () => string) {
    const { home, folder, user, password, connections } = serving;
    this.home = home;
    this.folder = folder;
    this.port = port;
    this.user = user;
    this.password = password;
    this.connections = connections;
    this.#watcher = watcher;
    this.#log = log;
    watcher.unref();
  }

  async restart(connections: number): Promise<void> {
    const { home, folder, user, password, port } = this;
    const before = this.#watcher;
    const earlier = this.log();
    // Start the next shell first. Whenever we die, one of the two shells removes the folder.
    this.#watcher = launchWith({ home, folder, user, password, connections }, port);
    const later = collect(this.#watcher, LOG_KEPT);
    this.#log = () => `${earlier}${later()}`.slice(-LOG_KEPT);
    this.connections = connections;
    const started = ready(this.#watcher);
    before.stdin?.end("keep\n");
    const failure = await started;
    if (failure !== undefined) throw new Error(`PostgreSQL did not start again: ${failure.trim()}`);
    this.#watcher.unref();
  }

  log(): string {
    return this.#log();
  }

  stop(): Promise<void> {
    return end(this.#watcher, this.folder);
  }
}
