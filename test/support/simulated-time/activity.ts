import { ChildProcess } from "node:child_process";
import { subscribe } from "node:diagnostics_channel";
import { existsSync } from "node:fs";
import type { ClientRequest, IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import pg from "pg";
import type { Naps } from "./naps.ts";
import { Orphans } from "./orphans.ts";
import { ProcessWatch, type State, treeOf } from "./process-state.ts";
import { real } from "./real-time.ts";

/** `spin`: it ends within microseconds, so look again at once. */
export type Activity = State | "spin";

/** A request that has left its client and has not come to its server is on its way no longer than this (true ms). */
const TRANSIT_MS = 500;

/** A server that does not answer a new connection is not waited for longer (true ms): a busy machine needs half a second. */
const CONNECT_MS = 2000;

/** A server process whose client has gone is waited for no longer (true ms). */
const LEAVING_MS = 500;

interface VitestWorker {
  readonly resolvingModules?: ReadonlySet<string>;
}

/** Node's own list of them. */
const activeRequests = (): number =>
  (process as unknown as { _getActiveRequests(): readonly unknown[] })._getActiveRequests().length;

const importing = (): number =>
  (globalThis as { __vitest_worker__?: VitestWorker }).__vitest_worker__?.resolvingModules?.size ?? 0;

/** Whether anything is being done for this process, in it or in a process that it has started. */
export class ActivityWatch {
  readonly #onEnd: () => void;
  readonly #naps: Naps;
  readonly #children = new Map<ChildProcess, ProcessWatch>();
  readonly #orphans: Orphans;
  readonly #queries = new Set<{ readonly client: pg.Client; readonly since: number; readonly watch: ProcessWatch }>();
  /** Server processes whose clients have gone, with when: until they have ended, the server counts their sessions. */
  readonly #leaving = new Map<number, number>();
  readonly #transit = new Transit();
  #trueWaits = 0;
  /** The true ms at which the last database query ended. */
  databaseTouchedAt = 0;

  /** `onEnd` runs when something that was counted ends. */
  constructor(naps: Naps, onEnd: () => void) {
    this.#naps = naps;
    this.#orphans = new Orphans(naps);
    this.#onEnd = onEnd;
    this.#countChildren();
    for (const name of ["connect", "query", "end"] as const) this.#countQueries(name);
  }

  state(): Activity {
    if (this.#transit.isBusy() || this.readsFiles()) return "spin";
    if (this.#trueWaits > 0 || importing() > 0) return "busy";
    for (const query of this.#queries) if (queryState(query) === "busy") return "busy";
    if (this.#isLeft()) return "busy";
    let worst: State = "waiting";
    for (const state of this.#statesOfPrograms()) {
      if (state === "busy") return "busy";
      if (state === "sleeping") worst = "sleeping";
    }
    return worst;
  }

  *#statesOfPrograms(): Generator<State> {
    for (const watch of this.#children.values()) yield watch.state();
    yield this.#orphans.state();
  }

  #isLeft(): boolean {
    for (const [pid, since] of this.#leaving) {
      if (existsSync(`/proc/${pid}`) && real.performanceNow() - since < LEAVING_MS) return true;
      this.#leaving.delete(pid);
    }
    return false;
  }

  /** Requests to the file system, or to the name servers, are under way. */
  readsFiles(): boolean {
    return activeRequests() > 0;
  }

  /** Waits in true time, and counts as busy meanwhile. */
  waitTruly(ms: number): Promise<void> {
    this.#trueWaits++;
    return new Promise((resolve) => {
      real.setTimeout(() => {
        this.#trueWaits--;
        this.#onEnd();
        resolve();
      }, ms);
    });
  }

  /** A child counts from its start until it ends, or until this process no longer waits for it. */
  #countChildren(): void {
    const children = this.#children;
    const prototype = ChildProcess.prototype as unknown as Record<"spawn" | "ref" | "unref", AnyMethod<ChildProcess>>;
    const sessions = new WeakSet<ChildProcess>();
    const count = (child: ChildProcess): void => {
      const { pid } = child;
      if (pid !== undefined) children.set(child, new ProcessWatch(() => treeOf(pid), this.#naps));
    };
    wrap(prototype, "spawn", (child, _result, options) => {
      count(child);
      if ((options as { readonly detached?: boolean }).detached === true) sessions.add(child);
      child.once("exit", () => {
        // What it has left behind in its session works on, with nobody to wait for it.
        if (children.delete(child) && sessions.has(child)) this.#orphans.take(child.pid);
      });
    });
    wrap(prototype, "unref", (child) => void children.delete(child));
    wrap(prototype, "ref", (child) => {
      if (child.exitCode === null && child.signalCode === null) count(child);
    });
  }

  #countQueries(name: "connect" | "query" | "end"): void {
    const queries = this.#queries;
    const prototype = pg.Client.prototype as unknown as Record<typeof name, AnyMethod<pg.Client>>;
    wrap(prototype, name, (client, result) => {
      if (typeof (result as Promise<unknown> | undefined)?.then !== "function") return;
      const watch = new ProcessWatch(() => [serverProcess(client) ?? 0], this.#naps);
      const query = { client, since: real.performanceNow(), watch };
      queries.add(query);
      const ended = (): void => {
        queries.delete(query);
        const pid = serverProcess(client);
        if (name === "end" && pid !== undefined) this.#leaving.set(pid, real.performanceNow());
        this.databaseTouchedAt = real.now();
        this.#onEnd();
      };
      (result as Promise<unknown>).then(ended, ended);
    });
  }
}

const serverProcess = (client: pg.Client) =>
  (client as unknown as { readonly processID?: number | null }).processID ?? undefined;

function queryState({ client, since, watch }: { client: pg.Client; since: number; watch: ProcessWatch }): State {
  if (serverProcess(client) === undefined) return real.performanceNow() - since > CONNECT_MS ? "waiting" : "busy";
  return watch.state();
}

type AnyMethod<T> = (this: T, ...args: unknown[]) => unknown;

/** Calls `after` with the object, the result and the first argument of each call. */
function wrap<T, N extends string>(
  prototype: Record<N, AnyMethod<T>>,
  name: N,
  after: (self: T, result: unknown, argument: unknown) => void,
): void {
  const original = prototype[name];
  prototype[name] = function (this: T, ...args: unknown[]) {
    const result = original.apply(this, args);
    after(this, result, args[0]);
    return result;
  };
}

/** Requests between two ends in this process: one that is at its client and not yet at its server is on its way. */
class Transit {
  readonly #atClient = new Set<ClientRequest>();
  readonly #atServer = new Set<ServerResponse>();
  readonly #byPort = new Map<number, ClientRequest>();
  #since = 0;

  constructor() {
    subscribe("http.client.request.start", (message) => this.#sent((message as { request: ClientRequest }).request));
    subscribe("http.server.request.start", (message) =>
      this.#arrived(message as { request: IncomingMessage; response: ServerResponse }),
    );
  }

  isBusy(): boolean {
    if (this.#atClient.size <= this.#atServer.size) {
      this.#since = 0;
      return false;
    }
    this.#since ||= real.performanceNow();
    return real.performanceNow() - this.#since < TRANSIT_MS;
  }

  #sent(request: ClientRequest): void {
    this.#atClient.add(request);
    let port: number | undefined;
    const connected = ({ localPort }: Socket): void => {
      port = localPort;
      if (port !== undefined) this.#byPort.set(port, request);
    };
    request.once("socket", (socket) => {
      if (socket.connecting) socket.once("connect", () => connected(socket));
      else connected(socket);
    });
    const gone = (): void => {
      this.#atClient.delete(request);
      if (port !== undefined && this.#byPort.get(port) === request) this.#byPort.delete(port);
    };
    request.once("close", gone);
    request.once("upgrade", gone);
  }

  #arrived({ request, response }: { readonly request: IncomingMessage; readonly response: ServerResponse }): void {
    if (!this.#byPort.has(request.socket.remotePort ?? 0)) return;
    this.#atServer.add(response);
    response.once("close", () => this.#atServer.delete(response));
  }
}
