import { once } from "node:events";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer, type Server, type Socket } from "node:net";
import { join } from "node:path";
import { CONTAINER_MARK, type WorkFolder } from "../../postgres/work-folder.ts";
import { imageOf } from "../ecs/image-of.ts";
import type { Task } from "../ecs/model.ts";
import type { TaskContainer } from "../ecs/task-container.ts";
import { type Caller, serveVulcan } from "../vulcan/cli.ts";
import type { World } from "../world.ts";
import { environmentOf } from "./environment.ts";
import { VULCAN_CLIENT } from "./programs.ts";
import { isOwnImage } from "./programs-by-image.ts";
import { type ContainerFolder, makeFolder } from "./task-dir.ts";

/** The folders of tasks in which commands have run, and the socket that their `vulcan` connects to. */
export class Containers {
  readonly #home: WorkFolder;
  readonly #folder: string;
  readonly #places = new Map<TaskContainer, ContainerFolder>();
  readonly #callers = new Map<string, Caller>();
  readonly #links = new Set<Socket>();
  #listening: Promise<Server> | undefined;

  constructor(home: WorkFolder) {
    this.#home = home;
    this.#folder = join(home.folder, "tasks");
  }

  /** The container's folder. It is made when its first command starts. */
  async enter(world: World, task: Task, container: TaskContainer): Promise<ContainerFolder> {
    const [socket, client] = [join(this.#folder, "vulcan.sock"), join(this.#folder, "vulcan.cjs")];
    this.#listening ??= this.#listen(socket, client);
    await this.#listening;
    if (world.ended) throw new Error("the task has gone");
    const existing = this.#places.get(container);
    if (existing !== undefined) return existing;
    const spec = {
      home: this.#home,
      environment: container.environment ?? environmentOf(world, task, container),
      socket,
      client,
      ports: portsOf(task),
      hasVulcan: isOwnImage(container.definition.image),
      withoutCurl: imageOf(world, task, container)?.traits?.withoutCurl === true,
    };
    const name = task.containers.length > 1 ? `${task.id}.${container.definition.name}` : task.id;
    const folder = makeFolder(join(this.#folder, name), spec);
    this.#places.set(container, folder);
    this.#callers.set(folder.token, { world, task, container });
    return folder;
  }

  /** Removes the container and kills every process that still runs in it. */
  leave(container: TaskContainer): void {
    const folder = this.#places.get(container);
    if (folder === undefined) return;
    this.#places.delete(container);
    this.#callers.delete(folder.token);
    killMarked(folder.token);
    folder.remove();
  }

  leaveAll(): void {
    for (const container of [...this.#places.keys()]) this.leave(container);
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

/** The ports on which the containers of the task listen, and where each leads on this machine. */
const portsOf = ({ containers }: Task): Readonly<Record<number, number>> =>
  Object.fromEntries(
    containers.flatMap(({ process }) => {
      const { ports = [], port } = process ?? {};
      return port === undefined ? [] : ports.map((own) => [own, port]);
    }),
  );

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
