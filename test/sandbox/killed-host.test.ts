import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { ExecuteCommandCommand, ListTasksCommand, RunTaskCommand } from "@aws-sdk/client-ecs";
import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from "vitest";
import { bundled } from "../support/bundle.ts";
import { sample } from "../support/sample.ts";
import { COPY, follow, isAvailable, restore } from "./databases.ts";
import { HAS_PROC, isOpen, listening, ownTmp, running, tracesOf } from "./leftover-processes.ts";
import { type Clients, clients, keyHeader, NAME } from "./support.ts";

const ROOT = resolve(import.meta.dirname, "../..");
const PROGRAM = ownTmp();
let program = "";
afterAll(PROGRAM.remove);

beforeAll(async () => {
  program = await bundled(join(import.meta.dirname, "host.ts"), PROGRAM.tmp);
});

let hosts: ChildProcess[] = [];
let folders: (() => void)[] = [];
afterEach(async () => {
  for (const host of hosts) if (host.exitCode === null && host.signalCode === null) await kill(host);
  for (const remove of folders) remove();
  hosts = [];
  folders = [];
});

/** A process of its own that hosts a sandbox, as the built program would, with a temporary folder of its own. */
function spawnHost(...words: readonly string[]) {
  const { tmp, remove } = ownTmp();
  const env = { ...process.env, NODE_PATH: join(ROOT, "node_modules"), TMPDIR: tmp };
  const host = spawn(process.execPath, [program, ...words], { env, stdio: ["ignore", "pipe", "inherit"] });
  hosts.push(host);
  folders.push(remove);
  return { host, tmp };
}

interface Told {
  readonly clock: string;
  readonly databaseUrl: string;
  readonly endpoint: string;
  readonly loadBalancer: string;
  readonly env: Readonly<Record<string, string>>;
}

/** Where no test looks at its start: its database is a copy. */
async function startHost() {
  const { host, tmp } = spawnHost(JSON.stringify(inject("cluster")));
  const [line] = (await once(host.stdout ?? host, "data")) as [Buffer];
  return { host, tmp, ...(JSON.parse(String(line)) as Told) };
}

async function kill(host: ChildProcess): Promise<void> {
  if (host.exitCode !== null || host.signalCode !== null) throw new Error("the host had ended before");
  const gone = once(host, "exit");
  host.kill("SIGKILL");
  await gone;
}

/** Neither process nor folder is left; every process of the sandbox tells of its folder, which lies in `tmp`. */
async function expectNothingLeft(tmp: string): Promise<void> {
  await expect.poll(() => tracesOf(tmp)).toEqual([]);
  await expect.poll(() => readdirSync(tmp)).toEqual([]);
}

/** Looks every few milliseconds, so that a phase of the start is not missed. */
async function untilThere(found: () => boolean): Promise<void> {
  for (const end = Date.now() + 40_000; !found(); await new Promise((settle) => setTimeout(settle, 2))) {
    if (Date.now() > end) throw new Error("it never came about");
  }
}

const homeIn = (tmp: string): string => join(tmp, readdirSync(tmp)[0] ?? "none");
const serversIn = (tmp: string): string[] =>
  existsSync(homeIn(tmp)) ? readdirSync(homeIn(tmp)).filter((name) => name.startsWith("server-")) : [];
const inServer = (tmp: string, name: string): boolean =>
  serversIn(tmp).some((server) => existsSync(join(homeIn(tmp), server, name)));

describe("a host that is killed while it starts leaves no process and no folder", () => {
  test.each(sample([200, 400, 600, 900, 1200], 2))("after %i ms", async (ms) => {
    const { host, tmp } = spawnHost();
    await new Promise((settle) => setTimeout(settle, ms));
    await kill(host);
    await expectNothingLeft(tmp);
  });

  test.each<[string, (tmp: string) => boolean]>(
    sample(
      [
        ["its folder is there", (tmp) => readdirSync(tmp).length > 0],
        ["initdb has begun", (tmp) => inServer(tmp, "data")],
        ["initdb is at work", (tmp) => inServer(tmp, "data/PG_VERSION")],
        ["its base backup is being packed", (tmp) => inServer(tmp, "base-0.tar")],
        ["the server has begun", (tmp) => inServer(tmp, "data/postmaster.pid")],
      ],
      2,
    ),
  )("as soon as %s", async (_, found) => {
    const { host, tmp } = spawnHost();
    await untilThere(() => found(tmp));
    await kill(host);
    await expectNothingLeft(tmp);
  });
});

const networkConfiguration = { awsvpcConfiguration: { subnets: ["subnet-0a10000000000000a"] } };

/** How long something sleeps that only this test can have started. */
let nap = 0;
const ownNap = (): string => `${70_000 + (process.pid % 1000)}.${100 + nap++}`;

/** What an operator may have left running in containers; answers by which words each is found. */
async function leaveCommands({ ecs }: Clients): Promise<string[]> {
  const { taskArns } = await ecs.send(new ListTasksCommand({ cluster: NAME }));
  const naps: string[] = [];
  // Where a shell ends first, its hang-up must not come before what it leaves has begun: hence its trap.
  const sleep = (): string => {
    naps.push(`sleep ${ownNap()}`);
    return naps.at(-1) ?? "";
  };
  // Where the shell ends first, the hang-up must not come before `setsid`.
  const commands = [
    sleep(),
    `sh -c 'nohup ${sleep()} & wait'`,
    `sh -c 'trap "" HUP; cd /; env -i ${sleep()} & exit'`,
    `sh -c 'trap "" HUP INT TERM; while :; do ${sleep()}; done'`,
  ];
  // Programs and a way to find processes that other systems lack.
  if (HAS_PROC) {
    commands.push(
      `sh -c 'setsid ${sleep()} & wait'`,
      `sh -c 'trap "" HUP; cd /; env -i setsid ${sleep()} & exit'`,
      `sh -c 'trap "" HUP; cd /; setsid ${sleep()} 3<&- </dev/null >/dev/null 2>&1 & exit'`,
    );
  }
  for (const command of commands) {
    const input = { cluster: NAME, task: taskArns?.[0] ?? "", command, interactive: true };
    await ecs.send(new ExecuteCommandCommand(input));
  }
  const inTask = ["sh", "-c", `nohup ${sleep()} & ${sleep()}`];
  const overrides = { containerOverrides: [{ name: "vulcan", command: inTask }] };
  await ecs.send(new RunTaskCommand({ cluster: NAME, taskDefinition: `${NAME}:43`, networkConfiguration, overrides }));
  for (const words of naps) await expect.poll(() => running(words)).not.toEqual([]);
  return naps;
}

describe.each(["killed", "stopped"])("a sandbox that is %s", (how) => {
  const end = async (host: ChildProcess, env: Told["env"]): Promise<void> => {
    if (how === "killed") return kill(host);
    const gone = once(host, "exit");
    await fetch(`${env.AWS_ENDPOINT_URL}/_sandbox/stop`, { method: "POST", headers: keyHeader(env) });
    await gone;
  };

  test("takes along the commands of ECS Exec and RunTask, whatever they did to survive, and nobody else's", async () => {
    const { host, tmp, clock, databaseUrl, endpoint, loadBalancer, env } = await startHost();
    const ports = [databaseUrl, endpoint, loadBalancer].map((url) => Number(new URL(url).port));
    expect(await Promise.all(ports.map(isOpen))).toEqual([true, true, true]);
    const naps = await leaveCommands(clients({ env }));
    // The operator's own shell has the sandbox's variables too, and may stand in its folder.
    const shell = { ...process.env, VULCAN_OPS_CLOCK: clock };
    const operators = spawn("sleep", [ownNap()], { env: shell, cwd: dirname(clock), stdio: "ignore" });
    hosts.push(operators);
    await end(host, env);
    for (const words of naps) await expect.poll(() => running(words)).toEqual([]);
    await expect.poll(() => existsSync(dirname(clock))).toBe(false);
    expect([operators.exitCode, operators.signalCode]).toEqual([null, null]);
    await kill(operators);
    await expectNothingLeft(tmp);
    expect(await Promise.all(ports.map(isOpen))).toEqual([false, false, false]);
  });

  test("takes a restored instance along, and its server", async () => {
    const { host, tmp, databaseUrl, env } = await startHost();
    const { rds } = clients({ env });
    await restore(rds, { UseLatestRestorableTime: true });
    const { instance } = await follow(rds, COPY, isAvailable);
    const ports = [Number(new URL(databaseUrl).port), instance.Endpoint?.Port ?? 0];
    expect(await Promise.all(ports.map(isOpen))).toEqual([true, true]);
    expect(serversIn(tmp)).toHaveLength(2);
    await end(host, env);
    await expectNothingLeft(tmp);
    expect(await Promise.all(ports.map(isOpen))).toEqual([false, false]);
  });
});

describe("a host that is killed during a restore leaves no process and no folder", () => {
  const restored = (tmp: string, before: readonly string[], name: string): boolean =>
    serversIn(tmp).some((server) => !before.includes(server) && existsSync(join(homeIn(tmp), server, name)));

  const moments: readonly (readonly [string, string])[] = [
    ["the base is being copied", "data"],
    ["the log is being copied", "archive"],
    ["the log is about to be replayed", "data/recovery.signal"],
    ["its server has begun", "data/postmaster.pid"],
  ];
  test.each(sample(moments, 2))("when %s", async (_, name) => {
    const { host, tmp, env } = await startHost();
    const before = serversIn(tmp);
    await restore(clients({ env }).rds, { UseLatestRestorableTime: true });
    await untilThere(() => restored(tmp, before, name));
    await kill(host);
    await expectNothingLeft(tmp);
  });
});

test("a keeper that has gone is no reason to leave the servers", async () => {
  const { host, tmp } = await startHost();
  const keepers = tracesOf(tmp).filter((line) => line.includes(" keeper "));
  expect(keepers).toHaveLength(1);
  process.kill(Number.parseInt(keepers[0] ?? "", 10), "SIGKILL");
  await kill(host);
  await expect.poll(() => tracesOf(tmp)).toEqual([]);
  // As root the servers' user may empty its folder and not remove it: the home around it is root's.
  expect(serversIn(tmp).flatMap((server) => readdirSync(join(homeIn(tmp), server)))).toEqual([]);
  rmSync(homeIn(tmp), { recursive: true, force: true });
});

test.runIf(HAS_PROC)("its server keeps no memory in a place that outlives it", async () => {
  const { tmp } = await startHost();
  const servers = tracesOf(tmp).filter((line) => line.includes("postgres -D"));
  expect(servers).not.toEqual([]);
  const maps = servers.map((line) => readFileSync(`/proc/${line.split(" ")[0]}/maps`, "utf8")).join("");
  expect(maps.split("\n").filter((line) => line.includes("/dev/shm/PostgreSQL"))).toEqual([]);
});

test.runIf(HAS_PROC)("everything listens on loopback alone: endpoint, balancer, tasks, names, servers", async () => {
  const { tmp, databaseUrl, endpoint, loadBalancer, env } = await startHost();
  const { rds } = clients({ env });
  await restore(rds, { UseLatestRestorableTime: true });
  const { instance } = await follow(rds, COPY, isAvailable);
  const addresses = listening(tmp);
  const known = [databaseUrl, endpoint, loadBalancer].map((url) => `127.0.0.1:${new URL(url).port}`);
  expect(addresses).toEqual(expect.arrayContaining([...known, `127.0.0.1:${instance.Endpoint?.Port}`]));
  // Three tasks, two servers, two names, endpoint and balancer.
  expect(addresses.length).toBeGreaterThanOrEqual(9);
  expect(addresses.filter((address) => !address.startsWith("127.0.0.1:"))).toEqual([]);
});
