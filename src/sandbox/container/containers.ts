import { once } from "node:events";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer, type Server, type Socket } from "node:net";
import { join } from "node:path";
import { imageOf } from "../ecs/image-of.ts";
import type { Task } from "../ecs/model.ts";
import { type Caller, serveVulcan } from "../vulcan/cli.ts";
import { CONTAINER_MARK, type SandboxFolder } from "../work-dir.ts";
import type { World } from "../world.ts";
import { environmentOf } from "./environment.ts";
import { VULCAN_CLIENT } from "./programs.ts";
import { type ContainerFolder, makeFolder } from "./task-dir.ts";

/** The folders of tasks in which commands have run, and the socket that their `vulcan` connects to. */
export class Containers {
  readonly #home: SandboxFolder;
  readonly #folder: string;
  readonly #places = new Map<Task, ContainerFolder>();
  readonly #callers = new Map<string, Caller>();
  readonly #links = new Set<Socket>();
  #listening: Promise<Server> | undefined;

  constructor(home: SandboxFolder) {
    this.#home = home;
    this.#folder = join(home.folder, "tasks");
  }

  /** The task's folder. It is made when the task's first command starts. */
  async enter(world: World, task: Task): Promise<ContainerFolder> {
    const [socket, client] = [join(this.#folder, "vulcan.sock"), join(this.#folder, "vulcan.cjs")];
    this.#listening ??= this.#listen(socket, client);
    await this.#listening;
    if (world.ended) throw new Error("the task has gone");
    const existing = this.#places.get(task);
    if (existing !== undefined) return existing;
    const spec = {
      home: this.#home,
      environment: task.environment ?? environmentOf(world, task),
      socket,
      client,
      port: task.process?.port,
      withoutCurl: imageOf(world, task)?.traits?.withoutCurl === true,
    };
    const container = makeFolder(join(this.#folder, task.id), spec);
    this.#places.set(task, container);
    this.#callers.set(container.token, { world, task });
    return container;
  }

  /** Removes the container and kills every process that still runs in it. */
  leave(task: Task): void {
    const container = this.#places.get(task);
    if (container === undefined) return;
    this.#places.delete(task);
    this.#callers.delete(container.token);
    killMarked(container.token);
    container.remove();
  }

  leaveAll(): void {
    for (const task of [...this.#places.keys()]) this.leave(task);
  }

  async close(): Promise<void> {
    this.leaveAll();
    const server = await this.#listening;
    if (server === undefined) return;
    const closed = once(server, "close");
    server.close();
    for (const link of this.#links) link.destroy();
    await closed;
  }

  async #listen(socket: string, client: string): Promise<Server> {
    mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
    writeFileSync(client, VULCAN_CLIENT);
    const server = createServer((link) => {
      this.#links.add(link);
      link.once("close", () => this.#links.delete(link));
      serveVulcan(link, (token) => this.#callers.get(token));
    });
    server.listen(socket);
    await once(server, "listening");
    return server;
  }
}

/** Kills every process with the container's mark in its environment, even in another session. Linux only. */
function killMarked(token: string): void {
  for (const name of readProcesses()) {
    try {
      if (readFileSync(`/proc/${name}/environ`, "latin1").includes(`${CONTAINER_MARK}=${token}`)) {
        process.kill(Number(name), "SIGKILL");
      }
    } catch {} // it has ended, or belongs to another user
  }
}

function readProcesses(): string[] {
  try {
    return readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  } catch {
    return [];
  }
}
