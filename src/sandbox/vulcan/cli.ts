import type { Socket } from "node:net";
import pg from "pg";
import { imageOf } from "../ecs/image-of.ts";
import type { Task } from "../ecs/model.ts";
import type { TaskContainer } from "../ecs/task-container.ts";
import type { DatabaseAddress } from "../postgres/databases.ts";
import type { VulcanCommand, World } from "../world.ts";
import { databaseAt } from "./database-url.ts";
import { listApplied, migrateUp } from "./migrate.ts";
import { migrateDown } from "./migrate-down.ts";

/** The container in which a `vulcan` runs. */
export interface Caller {
  readonly world: World;
  readonly task: Task;
  readonly container: TaskContainer;
}

type Say = (line: string) => void;

/** One run of `vulcan`. It may print, and `gone` resolves when its caller has disconnected. */
interface Run {
  readonly caller: Caller;
  readonly args: readonly string[];
  /** The DB_URL in its own environment. */
  readonly databaseUrl: string | undefined;
  readonly out: Say;
  readonly err: Say;
  readonly gone: Promise<void>;
}

/** Serves one `vulcan` of a task. Its arguments come as a line. Its output and exit code return as lines. */
export function serveVulcan(link: Socket, find: (token: string) => Caller | undefined): void {
  let input = "";
  const send = (message: object): void => void (link.writable && link.write(`${JSON.stringify(message)}\n`));
  const gone = new Promise<void>((resolve) => link.once("close", () => resolve()));
  link.on("error", () => {}); // "close" follows
  link.setEncoding("utf8").on("data", (text: string) => {
    const before = input;
    input += text;
    if (before.includes("\n") || !input.includes("\n")) return;
    const { token, args, databaseUrl } = JSON.parse(input) as { token: string; args: string[]; databaseUrl?: string };
    const caller = find(token);
    if (caller === undefined) return void link.destroy();
    const command: VulcanCommand = { task: caller.task.id, container: caller.container.definition.name, args };
    caller.world.commands.push(command);
    const out = (line: string): void => send({ out: `${line}\n` });
    const err = (line: string): void => send({ err: `${line}\n` });
    void runVulcan({ caller, args, databaseUrl, out, err, gone })
      .catch((error: unknown) => {
        err(`ERR ${error instanceof Error ? error.message : String(error)}`);
        return 1;
      })
      .then((code) => {
        command.exitCode = code;
        send({ exit: code });
        link.end();
      });
  });
}

const USAGE = "usage: vulcan serve | vulcan migrate down N";

/** Only `migrate down N` and `serve` are documented. The others exist if the scenario has them. */
async function runVulcan(run: Run): Promise<number> {
  const [command, verb, count] = run.args;
  const { vulcan } = run.caller.world;
  if (command === "serve") {
    run.err("ERR listen tcp :8080: bind: address already in use");
    return 1;
  }
  if (command === "migrate" && verb === "down" && /^[1-9]\d*$/.test(count ?? "") && run.args.length === 3) {
    if (vulcan.downExits !== undefined) return vulcan.downExits;
    return connected(run, (client) => migrateDown(client, { ...optionsOf(run), count: Number(count) }));
  }
  if (command === "migrate" && verb === "up" && vulcan.migrateUp) {
    return connected(run, (client) => migrateUp(client, optionsOf(run)));
  }
  if (command === "migrate" && verb === "status" && vulcan.migrateStatus)
    return connected(run, (client) => status(run, client));
  run.err(USAGE);
  return 2;
}

const optionsOf = (run: Run) => ({ newest: newestOf(run), now: () => run.caller.world.clock.now(), log: run.out });

function newestOf({ caller: { world, task, container } }: Run): number {
  return imageOf(world, task, container)?.migrations ?? 0;
}

async function status(run: Run, client: pg.Client): Promise<void> {
  const applied = await listApplied(client);
  for (const row of applied)
    run.out(`version=${row.version} applied_at=${row.applied_at} description="${row.description}"`);
  const pending = newestOf(run) - applied.length;
  run.out(pending > 0 ? `${pending} pending` : "no pending migrations");
}

/** Runs `work` in its own database session. It ends with the calling process, unless the scenario keeps it alive. */
async function connected(run: Run, work: (client: pg.Client) => Promise<unknown>): Promise<number> {
  const { world } = run.caller;
  run.out("INF connecting to postgres...");
  const address = databaseAt(world, run.databaseUrl);
  const client = new pg.Client({ ...address, application_name: "vulcan migrate" });
  client.on("error", () => {}); // the next query reports a cut session
  await client.connect();
  run.out("INF postgres connected successfully");
  const { rows } = await client.query<{ pid: number }>("SELECT pg_backend_pid() AS pid");
  let busy = true;
  void run.gone.then(() => {
    if (busy && !world.vulcan.killedMigrationLivesOn) void cut(world, address, rows[0]?.pid ?? 0);
  });
  try {
    await work(client);
    return 0;
  } finally {
    busy = false;
    await client.end().catch(() => {}); // it may have been cut
  }
}

/** The process was killed. Ends its session, so that PostgreSQL rolls back what was not committed. */
async function cut(world: World, address: DatabaseAddress, pid: number): Promise<void> {
  const client = new pg.Client(address);
  client.on("error", () => {}); // nothing depends on this connection
  try {
    await client.connect();
    await client.query("SELECT pg_terminate_backend($1)", [pid]);
  } catch (error) {
    world.log(`sandbox: a killed migration's session could not be cut: ${String(error)}`);
  } finally {
    await client.end().catch(() => {}); // the database may have gone
  }
}
