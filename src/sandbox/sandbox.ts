import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { WorkFolder } from "../postgres/work-folder.ts";
import { balancer, type Observe } from "./alb/proxy.ts";
import type { TargetGroup } from "./alb/target-group.ts";
import { Websockets } from "./alb/websockets.ts";
import { clockFile } from "./clock/clock-file.ts";
import { VirtualClock } from "./clock/virtual-clock.ts";
import { recordServed } from "./cloudwatch/balancer-metrics.ts";
import { countedSockets } from "./cloudwatch/connection-metrics.ts";
import { Containers } from "./container/containers.ts";
import { endWorld, makeWorld, REGION, type WorldParts } from "./create-world.ts";
import { servedGroup } from "./elb/load-balancer.ts";
import { newAccessKey } from "./http/access-key.ts";
import { CONTROL_PREFIX, control, type SandboxControl } from "./http/control-api.ts";
import { endpoint } from "./http/endpoint.ts";
import { CHANNEL_OPERATION, type Fault } from "./http/fault.ts";
import { Faults } from "./http/faults.ts";
import type { RecordedRequest } from "./http/request-log.ts";
import { type Listening, listen } from "./listen.ts";
import type { Sandbox, SandboxOptions } from "./options.ts";
import { Databases } from "./postgres/databases.ts";
import { backUp } from "./postgres/restore.ts";
import { type PostgresServer, startPostgres } from "./postgres/server.ts";
import { NameEndpoint } from "./rds/dns-endpoint.ts";
import { byName } from "./rds/dns-name.ts";
import { closeRds, restorePrimary } from "./rds/servers.ts";
import { DATABASE } from "./rds/views.ts";
import { findScenario } from "./scenarios/index.ts";
import { seedDatabase } from "./seed/database.ts";
import { NAME } from "./seed/network.ts";
import { seedWorld } from "./seed/seed.ts";
import { SERVICES } from "./services.ts";
import { Gateway } from "./session-channel/gateway.ts";
import { Session } from "./session-channel/session.ts";
import { type SandboxState, snapshot } from "./snapshot.ts";
import type { World } from "./world.ts";

/** Starts a rehearsal world; ready in about a second, with the scenario's tasks running and healthy. */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  findScenario(options.scenario);
  const sandbox = new RunningSandbox(options, await WorkFolder.open());
  try {
    await sandbox.start();
  } catch (error) {
    await sandbox.stop();
    throw error;
  }
  return sandbox;
}

/**
 * Each reset can copy a database, so the log grows that a restore has to replay: a new backup shortens it. It packs all the
 * data (50 ms of work), and few worlds are ever restored.
 */
const RESETS_PER_BACKUP = 20;

class RunningSandbox implements Sandbox {
  readonly #options: SandboxOptions;
  readonly #home: WorkFolder;
  readonly #clockPath: string;
  readonly #clock: VirtualClock;
  readonly #faults: Faults;
  readonly #accessKey = newAccessKey();
  readonly #adminToken = randomBytes(24).toString("base64url");
  readonly #containers: Containers;
  readonly #gateway = new Gateway((id) => {
    const session = this.#world?.sessions.get(id);
    return session instanceof Session ? session : undefined;
  });
  #log: (line: string) => void;
  #requests: RecordedRequest[] = [];
  #scenario: string;
  #world: World | undefined;
  #ready: Promise<void> = Promise.resolve();
  #server: PostgresServer | undefined;
  #databases: Databases | undefined;
  #databaseAddress: NameEndpoint | undefined;
  /** Backups, and the cleanup of former worlds, that still run. */
  readonly #background = new Set<Promise<void>>();
  #rebuilt = 0;
  #isBackingUp = false;
  #aws: Listening | undefined;
  #balancer: Listening | undefined;
  #websockets: Websockets | undefined;
  #stopped: Promise<void> | undefined;
  endpoint = "";
  loadBalancer = "";
  databaseUrl = "";

  constructor(options: SandboxOptions, home: WorkFolder) {
    this.#options = options;
    this.#home = home;
    this.#clockPath = join(home.folder, "clock.json");
    this.#containers = new Containers(home);
    this.#scenario = options.scenario;
    this.#faults = new Faults(options.seed ?? 1);
    this.#log = options.log ?? (() => {});
    const report = (error: unknown): void =>
      this.#log(`sandbox: ${error instanceof Error ? error.stack : String(error)}`);
    this.#clock = new VirtualClock(options.speed ?? 60, clockFile(this.#clockPath), report);
  }

  get env(): Readonly<Record<string, string>> {
    return {
      AWS_ENDPOINT_URL: this.endpoint,
      AWS_ACCESS_KEY_ID: this.#accessKey,
      AWS_SECRET_ACCESS_KEY: "rehearsal",
      AWS_REGION: REGION,
      AWS_DEFAULT_REGION: REGION,
      VULCAN_OPS_CLOCK: this.#clockPath,
      VULCAN_ADMIN_TOKEN: this.#adminToken,
      VULCAN_DATABASE_URL: this.#isPrivate ? byName(this.databaseUrl, REGION, NAME) : this.databaseUrl,
    };
  }

  get #isPrivate(): boolean {
    return findScenario(this.#scenario).rds?.isPrivate === true;
  }

  async start(): Promise<void> {
    this.#server = await startPostgres(this.#home);
    this.#databases = new Databases(this.#server);
    this.#databaseAddress = await NameEndpoint.open();
    const { user, password } = this.#server;
    const { port } = this.#databaseAddress;
    this.databaseUrl = `postgres://${user}:${password}@127.0.0.1:${port}/${DATABASE}`;
    await this.reset();
    this.#aws = await this.#listenAws();
    this.#balancer = await this.#listenBalancer();
    this.endpoint = this.#aws.url;
    this.loadBalancer = this.#balancer.url;
  }

  #listenAws(): Promise<Listening> {
    const answer = endpoint({
      rooms: SERVICES,
      faults: this.#faults,
      accessKey: this.#accessKey,
      world: () => this.#currentWorld(),
      record: (request) => this.#requests.push(request),
      log: this.#log,
    });
    const controlled = this.#controlled();
    return listen(
      this.#options.port ?? 0,
      (request, response) => {
        // A web page must not run commands here. AWS clients outside browsers send no Origin.
        if (request.headers.origin !== undefined) response.writeHead(403).end();
        else if (request.url?.startsWith(CONTROL_PREFIX)) void control(controlled, request, response);
        else answer(request, response);
      },
      (request, socket, head) => this.#gateway.upgrade(request, socket, head),
    );
  }

  #listenBalancer(): Promise<Listening> {
    const group = (): TargetGroup | undefined => this.#world && servedGroup(this.#world);
    const observe: Observe = (pool, served) => {
      if (this.#world !== undefined) recordServed(this.#world, pool, served);
    };
    this.#websockets = new Websockets(group, () => this.#world && countedSockets(this.#world));
    return listen(0, balancer(group, observe), (...asked) => this.#websockets?.upgrade(...asked));
  }

  now(): number {
    return this.#clock.now();
  }

  requests(): readonly RecordedRequest[] {
    return this.#requests;
  }

  state(): SandboxState {
    if (this.#world === undefined) throw new Error("the sandbox is being reset");
    return { ...snapshot(this.#world, this.#scenario), faults: this.#faults.report() };
  }

  reset(scenario = this.#scenario): Promise<void> {
    findScenario(scenario);
    this.#ready = this.#ready.catch(() => {}).then(() => this.#rebuild(scenario));
    return this.#ready;
  }

  async #rebuild(name: string): Promise<void> {
    const [databases, server, address] = [this.#databases, this.#server, this.#databaseAddress];
    if (databases === undefined || server === undefined || address === undefined) {
      throw new Error("the sandbox has stopped");
    }
    await this.#endWorld();
    this.#scenario = name;
    this.#requests = [];
    const scenario = findScenario(name);
    this.#faults.clear();
    for (const fault of scenario.faults ?? []) this.#faults.inject(fault);
    this.#clock.pause();
    try {
      this.#clock.restart();
      await seedDatabase(databases, DATABASE, scenario, this.#clock.now());
      address.cut();
      address.leadTo(async () => server.port);
      const world = makeWorld(this.#ground(server, address), scenario, this.#options);
      await seedWorld(world, scenario);
      this.#world = world;
    } finally {
      this.#clock.resume();
    }
    // What a caller does next is later than the beginning of the world, however fast the machine is.
    await new Promise((resolve) => setTimeout(resolve, 1));
    this.#rebuilt++;
    if (this.#rebuilt % RESETS_PER_BACKUP === 0) this.#backUp(server);
  }

  /** One backup at a time. If two ended in the same world, neither would be old enough for its restores. */
  #backUp(server: PostgresServer): void {
    if (this.#isBackingUp) return;
    this.#isBackingUp = true;
    const done = (): void => {
      this.#isBackingUp = false;
    };
    this.#inBackground(backUp(server).finally(done));
  }

  #ground(server: PostgresServer, address: NameEndpoint): WorldParts {
    return {
      clock: this.#clock,
      adminToken: this.#adminToken,
      server,
      address,
      containers: this.#containers,
      streamUrl: (session) =>
        `${this.endpoint.replace(/^http/, "ws")}/v1/data-channel/${session}?role=publish_subscribe`,
      channelFaults: () => this.#faults.strikeChannel(CHANNEL_OPERATION),
    };
  }

  /** The world has no effect from now on. Its servers stop in the background; its first one is restored at once. */
  async #endWorld(): Promise<void> {
    const world = this.#world;
    this.#world = undefined;
    if (world === undefined) return;
    endWorld(world);
    await restorePrimary(world.rds);
    this.#inBackground(closeRds(world.rds));
  }

  #inBackground(work: Promise<void>): void {
    const settled = work.catch((error: unknown) => this.#log(`sandbox: ${String(error)}`));
    this.#background.add(settled);
    void settled.finally(() => this.#background.delete(settled));
  }

  inject(fault: Fault): void {
    this.#faults.inject(fault);
  }

  clearFaults(): void {
    this.#faults.clear();
  }

  stop(): Promise<void> {
    this.#stopped ??= this.#shutDown();
    return this.#stopped;
  }

  async #shutDown(): Promise<void> {
    try {
      await this.#endAll();
    } finally {
      await this.#home.close();
    }
  }

  async #endAll(): Promise<void> {
    await this.#ready.catch(() => {});
    this.#clock.stop();
    await this.#endWorld();
    this.#gateway.close();
    this.#websockets?.close();
    const listening = [this.#aws?.close(), this.#balancer?.close(), this.#databaseAddress?.close()];
    await Promise.all([...listening, this.#containers.close(), ...this.#background]);
    await this.#databases?.close().catch(() => {});
    this.#databases = undefined;
    await this.#server?.stop();
  }

  async #currentWorld(): Promise<World> {
    await this.#ready;
    if (this.#world === undefined) throw new Error("the sandbox has no world");
    return this.#world;
  }

  #controlled(): SandboxControl {
    return {
      key: this.#accessKey,
      status: () => this.#status(),
      requests: () => this.#requests,
      state: () => this.state(),
      reset: (scenario) => this.reset(scenario),
      faults: () => this.#faults.report(),
      inject: (fault) => this.inject(fault),
      clearFaults: () => this.clearFaults(),
      stopAsked: () => void this.stop().then(this.#options.onStop),
    };
  }

  #status(): unknown {
    const { endpoint, loadBalancer, databaseUrl, env } = this;
    const mutating = this.#requests.filter((request) => request.mutating).length;
    const counts = { total: this.#requests.length, mutating };
    const now = new Date(this.now()).toISOString();
    return {
      scenario: this.#scenario,
      now,
      speed: this.#clock.speed,
      endpoint,
      loadBalancer,
      databaseUrl,
      env,
      requests: counts,
    };
  }
}
