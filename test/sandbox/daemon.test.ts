import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { DescribeDBInstancesCommand } from "@aws-sdk/client-rds";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { AWS_SERVICES, endpointVariable } from "../../src/domain/aws/endpoints.ts";
import { type Ended, has, MAIN, shell, start, vulcanOpsProcess } from "../support/process.ts";
import { sample } from "../support/sample.ts";
import { startTerminals } from "../ui/tmux.ts";
import { HAS_PROC, isOpen, listening, ownTmp, tracesOf } from "./leftover-processes.ts";
import { clients, keyHeader } from "./support.ts";

let tmp: string;
let stateDir: string;
let env: Record<string, string>;
let removeTmp: () => void;

/** Everything that a sandbox starts tells of this folder: the resident by its state folder, the others by their own. */
beforeEach(() => {
  const own = ownTmp();
  tmp = own.tmp;
  removeTmp = own.remove;
  stateDir = join(tmp, "state");
  env = { TMPDIR: tmp };
});

afterEach(async () => {
  await sandbox("stop");
  removeTmp();
});

const sandbox = (verb: string, ...flags: string[]): Promise<Ended> =>
  vulcanOpsProcess(["sandbox", verb, "--state-dir", stateDir, ...flags], env);

interface Note {
  readonly pid: number;
  readonly endpoint: string;
  readonly loadBalancer: string;
  readonly env: Readonly<Record<string, string>>;
}

const note = (): Note => JSON.parse(readFileSync(join(stateDir, "sandbox", "note.json"), "utf8"));
const hasNote = (): boolean => existsSync(join(stateDir, "sandbox", "note.json"));
const folders = (): string[] => readdirSync(tmp).filter((name) => name.startsWith("vulcan-ops-"));

/** At once, not after a while: `stop` has waited. */
async function expectNothingLeft(ports: readonly number[] = []): Promise<void> {
  expect(tracesOf(tmp)).toEqual([]);
  expect(folders()).toEqual([]);
  expect(readdirSync(join(stateDir, "sandbox")).filter((name) => /note|starting/.test(name))).toEqual([]);
  expect(await Promise.all(ports.map(isOpen))).toEqual(ports.map(() => false));
}

const portsOf = ({ endpoint, loadBalancer }: Note): number[] =>
  [endpoint, loadBalancer].map((url) => Number(new URL(url).port));

async function answers({ endpoint, env }: Note): Promise<boolean> {
  return (await fetch(`${endpoint}/_sandbox/status`, { headers: keyHeader(env) })).ok;
}

async function kill(child: ChildProcess): Promise<void> {
  const gone = once(child, "exit");
  child.kill("SIGKILL");
  await gone;
}

/** The one process that hosts the sandbox, there or on its way. */
const residents = (): string[] => tracesOf(stateDir).filter((line) => line.includes("--foreground"));

describe("started in the background", () => {
  test("it answers until it is stopped; `stop` leaves no process, no port, no folder", async () => {
    const { code, stdout } = await sandbox("start", "--scenario", "healthy");
    expect([code, stdout]).toEqual([0, expect.stringMatching(/^unset .*\nexport AWS_ENDPOINT_URL='http:\/\/127/)]);
    const cleared = stdout.split("\n", 1)[0]?.split(" ");
    expect(AWS_SERVICES.map(endpointVariable).filter((name) => cleared?.includes(name) !== true)).toEqual([]);
    const running = note();
    expect(await answers(running)).toBe(true);
    expect((await sandbox("start")).stdout).toBe(stdout);
    if (HAS_PROC) {
      const addresses = listening(tmp);
      expect(addresses).toContain(`127.0.0.1:${new URL(running.endpoint).port}`);
      expect(addresses.filter((address) => !address.startsWith("127.0.0.1:"))).toEqual([]);
    }
    expect((await sandbox("stop")).stderr).toContain(`Sandbox stopped (pid ${running.pid})`);
    await expectNothingLeft(portsOf(running));
    expect((await sandbox("stop")).stderr).toContain("No sandbox is running");
  });

  test.skipIf(!has("tmux"))("it survives the terminal it was started from", { tags: ["variant"] }, async () => {
    const terminals = startTerminals();
    try {
      const command = [process.execPath, MAIN, "sandbox", "start", "--state-dir", stateDir].join(" ");
      const pane = terminals.open(command, { columns: 200, env });
      await pane.until("PANE-END");
      expect(hasNote()).toBe(true);
    } finally {
      terminals.close();
    }
    const running = note();
    // The terminal's own processes have gone, by whose end the sandbox might have been hung up on.
    await expect.poll(() => tracesOf(stateDir).filter((line) => line.includes("PANE-END"))).toEqual([]);
    expect(await answers(running)).toBe(true);
    expect((await sandbox("status")).stdout).toContain(`pid ${running.pid}`);
    await sandbox("stop");
    await expectNothingLeft(portsOf(running));
  });

  test("it takes its timings along, and refuses others while it runs", { tags: ["variant"] }, async () => {
    await sandbox("start", "--scenario", "healthy", "--timing", "restorableLag=60", "--timing", "dbCreating=1800");
    const { DBInstances } = await clients(note()).rds.send(new DescribeDBInstancesCommand({}));
    const { virtual } = JSON.parse(readFileSync(note().env.VULCAN_OPS_CLOCK ?? "", "utf8"));
    const lag = virtual - Number(DBInstances?.[0]?.LatestRestorableTime);
    expect(lag).toBeLessThan(90_000);
    const other = await sandbox("start", "--timing", "restorableLag=90");
    expect([other.code, other.stderr]).toEqual([6, expect.stringContaining("a sandbox is running already")]);
  });

  test("two at once: one runs, the other refuses", async () => {
    const both = await Promise.all([sandbox("start"), sandbox("start")]);
    expect(both.filter(({ stdout }) => stdout.includes("export AWS_ENDPOINT_URL"))).not.toEqual([]);
    for (const { stdout } of both) {
      if (stdout !== "false\n") expect(stdout).toContain(`export AWS_ENDPOINT_URL='${note().endpoint}'`);
    }
    await expect.poll(folders).toHaveLength(1);
    await sandbox("stop");
    await expectNothingLeft();
  });

  test("it ends when its note has gone, since nobody could stop it any more", { tags: ["variant"] }, async () => {
    await sandbox("start");
    rmSync(join(stateDir, "sandbox", "note.json"));
    await expect.poll(() => [...tracesOf(tmp), ...folders()]).toEqual([]);
  });
});

describe("SIGKILL", () => {
  test.each<[string, () => boolean]>(
    sample(
      [
        ["has just begun", () => true],
        ["has started the sandbox's process", () => residents().length > 0],
        ["waits for the sandbox's folder", () => folders().length > 0],
        ["waits for its server", () => tracesOf(tmp).some((line) => line.includes("postgres -D"))],
        ["has been told of its note", hasNote],
      ],
      2,
    ),
  )("of a starter that %s: `stop` leaves nothing", async (_, found) => {
    const starter = start(["sandbox", "start", "--state-dir", stateDir], env);
    for (const end = Date.now() + 40_000; !found(); await new Promise((settle) => setTimeout(settle, 2))) {
      if (Date.now() > end) throw new Error("it never came about");
    }
    if (starter.child.exitCode === null) await kill(starter.child);
    await sandbox("stop");
    // Between its fork and its announcement nobody knows of a resident: it ends by itself, as it finds its starter gone.
    await expect.poll(() => tracesOf(tmp)).toEqual([]);
    await expectNothingLeft();
  });

  test("of the sandbox itself: `stop` waits until its keeper has cleared up, `start` begins another", {
    tags: ["variant"],
  }, async () => {
    await sandbox("start");
    const first = note();
    process.kill(first.pid, "SIGKILL");
    expect((await sandbox("stop")).stderr).toContain("No sandbox is running");
    await expectNothingLeft(portsOf(first));
    await sandbox("start");
    const second = note();
    process.kill(second.pid, "SIGKILL");
    expect((await sandbox("start")).code).toBe(0);
    expect(note().pid).not.toBe(second.pid);
    expect(await answers(note())).toBe(true);
    await sandbox("stop");
    await expectNothingLeft(portsOf(second));
  });

  test.runIf(HAS_PROC)("is what a sandbox gets that does not answer `stop`", { timeout: 90_000 }, async () => {
    await sandbox("start");
    const { pid } = note();
    process.kill(pid, "SIGSTOP");
    expect((await sandbox("stop")).stderr).toContain(`Sandbox stopped (pid ${pid})`);
    await expectNothingLeft();
  });
});

describe("a start that fails makes `eval` fail", () => {
  test.each([
    ["an unknown scenario", "--scenario no-such"],
    ["an unknown flag", "--no-such-flag"],
    ["a port that is none", "--port 99999999"],
    ["a state folder that cannot be made", "", "/dev/null/state"],
    ["a state folder where the system takes none", "", "/proc/state"],
  ])("%s", async (_, flags, folder = stateDir) => {
    const program = `'${process.execPath}' '${MAIN}' sandbox start --state-dir '${folder}' ${flags}`;
    const line = `TMPDIR='${tmp}'; export TMPDIR; eval "$(${program})" && echo WENT ON; echo "still here: $AWS_ENDPOINT_URL"`;
    const { stdout, stderr } = await shell(`unset AWS_ENDPOINT_URL; ${line}`);
    expect([stdout, stderr]).toEqual(["still here: \n", expect.stringMatching(/./)]);
    expect(folders()).toEqual([]);
  });

  test("one that the operator interrupts too, and nothing stays", async () => {
    const starter = start(["sandbox", "start", "--state-dir", stateDir], env);
    await expect.poll(residents, { timeout: 20_000, interval: 5 }).not.toEqual([]);
    starter.child.kill("SIGINT");
    expect(await starter.ended).toMatchObject({ code: 130, stdout: "false\n" });
    await sandbox("stop");
    await expectNothingLeft();
  });
});
