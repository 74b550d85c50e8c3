import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { breakLocks, findLocks, isAlive, takeLock } from "../../src/journal/lock-file.ts";
import type { Holder } from "../../src/journal/lock-record.ts";
import { thisMachine } from "../../src/journal/machine.ts";
import { openStateDir } from "../../src/journal/state-dir.ts";
import { bundled } from "../support/bundle.ts";
import type { RaceOrder } from "./lock-racer.ts";
import { scratch } from "./scratch.ts";

const state = () => openStateDir(join(scratch(), "state"));
const by = (execution: string) => ({
  execution,
  command: "rollback",
  operator: "alice",
  since: "2026-04-10T12:00:00.000Z",
});
const locks = (dir: string) => readdirSync(join(dir, "locks")).sort();
const read = (dir: string, name: string) => JSON.parse(readFileSync(join(dir, "locks", name), "utf8")) as Holder;

/** A lock file as another process or machine would have left it. */
function leave(dir: string, name: string, holder: Partial<Holder>): void {
  const whole = { ...by("other"), host: hostname(), pid: process.pid, processStart: "", ...holder };
  writeFileSync(join(dir, "locks", name), JSON.stringify(whole));
}

/** The pid of a process that has ended. */
async function deadPid(): Promise<number> {
  const child = spawn(process.execPath, ["-e", ""]);
  await once(child, "exit");
  return child.pid ?? 0;
}

describe("the lock of a target", () => {
  it("is held by one execution, which is named to the next one with what to do (exit 5)", async () => {
    const dir = await state();
    await takeLock(dir, "t", by("7k2m"));
    await expect(takeLock(dir, "t", by("9xyz"))).rejects.toMatchObject({
      exitCode: 5,
      message: `the target is locked by alice@${hostname()} since 2026-04-10 12:00:00Z, execution 7k2m (rollback, pid ${process.pid})`,
      detail: {
        next: ["vulcan-ops show 7k2m", "vulcan-ops unlock 7k2m"],
        unchanged: "No changes made.",
      },
    });
  });

  it("of one target does not hold another's, also where one name begins with the other", async () => {
    const dir = await state();
    await takeLock(dir, "t", by("one"));
    await takeLock(dir, "t.1", by("two"));
    await takeLock(dir, "tt", by("three"));
    expect(locks(dir)).toEqual(["t.1", "t.1.1", "tt.1"]);
  });

  it("is free after its release; its generations never start again, and old ones are cleared away", async () => {
    const dir = await state();
    for (const number of [1, 2, 3]) {
      const lock = await takeLock(dir, "t", by(`gen${number}`));
      expect(locks(dir)).toEqual([`t.${number}`]);
      await lock.release();
    }
    expect(read(dir, "t.3")).toMatchObject({ execution: "gen3", released: true });
  });

  it("of a killed process is taken over", async () => {
    const dir = await state();
    leave(dir, "t.4", { pid: await deadPid() });
    await takeLock(dir, "t", by("next"));
    expect(locks(dir)).toEqual(["t.5"]);
  });

  it.runIf(process.platform === "linux")(
    "of a killed process whose number another one has now is taken over",
    async () => {
      const dir = await state();
      leave(dir, "t.4", { pid: process.pid, processStart: "1" });
      await takeLock(dir, "t", by("next"));
      expect(locks(dir)).toEqual(["t.5"]);
    },
  );

  it.runIf(process.platform === "linux")(
    "of a killed process is taken over after the machine got another name",
    async () => {
      const dir = await state();
      leave(dir, "t.4", { ...thisMachine(), host: "laptop-2", pid: await deadPid() });
      await takeLock(dir, "t", by("next"));
      expect(locks(dir)).toEqual(["t.5"]);
    },
  );

  it("of a machine, or a container, of the same name is respected", async () => {
    const dir = await state();
    for (const other of [{ boot: "another" }, { pidSpace: "pid:[1]" }]) {
      leave(dir, "t.1", { ...thisMachine(), machine: "another", ...other, pid: await deadPid() });
      await expect(takeLock(dir, "t", by("next"))).rejects.toMatchObject({ exitCode: 5 });
    }
  });

  it("of another machine is respected: its process cannot be looked at", async () => {
    const dir = await state();
    leave(dir, "t.1", { host: "elsewhere", pid: await deadPid() });
    await expect(takeLock(dir, "t", by("next"))).rejects.toMatchObject({
      exitCode: 5,
      message: expect.stringContaining("alice@elsewhere"),
    });
  });

  it("that cannot be read holds: nobody knows who has it", async () => {
    const dir = await state();
    for (const text of ["{", "null", "{}", '{"execution":"a; reboot","pid":1}', '{"execution":"7k2mqp"}']) {
      writeFileSync(join(dir, "locks", "t.1"), text);
      await expect(takeLock(dir, "t", by("next"))).rejects.toMatchObject({
        exitCode: 5,
        message: "the target is locked by a holder whose record cannot be read",
        detail: { next: ["vulcan-ops unlock unreadable"] },
      });
    }
    await breakLocks(dir, "unreadable");
    await (await takeLock(dir, "t", by("next"))).release();
  });

  it("of which a part cannot be read says what is known, without control characters", async () => {
    const dir = await state();
    leave(dir, "t.1", { host: "", operator: "\u001b[2Jbob", since: "then", command: "" });
    await expect(takeLock(dir, "t", by("next"))).rejects.toMatchObject({
      message: `the target is locked by \\u{1b}[2Jbob since then, execution other (pid ${process.pid})`,
    });
  });

  it("is not taken where its folder is gone (exit 6)", async () => {
    await expect(takeLock(join(scratch(), "absent"), "t", by("next"))).rejects.toMatchObject({ exitCode: 6 });
  });
});

describe("a lock that is taken over", () => {
  it("goes to whoever the holder yields to, who is named to the one that had it, for good", async () => {
    const dir = await state();
    const first = await takeLock(dir, "t", by("7k2m"));
    expect(await first.taker()).toBeUndefined();
    const asked: string[] = [];
    const second = await takeLock(dir, "t", by("9xyz"), async ({ execution }) => asked.push(execution) > 0);
    expect(asked).toEqual(["7k2m"]);
    expect(second.after).toBeUndefined();
    expect(await first.taker()).toMatchObject({ execution: "9xyz" });
    await first.release();
    await second.release();
    expect(await first.taker()).toMatchObject({ execution: "9xyz" });
    expect(await second.taker()).toBeUndefined();
  });

  it("stays where the answer is no, and asks nobody where no process holds it", async () => {
    const dir = await state();
    const first = await takeLock(dir, "t", by("7k2m"));
    await expect(takeLock(dir, "t", by("9xyz"), async () => false)).rejects.toMatchObject({ exitCode: 5 });
    expect(await first.taker()).toBeUndefined();
    leave(dir, "u.1", { execution: "dead", pid: await deadPid() });
    const never = async () => {
      throw new Error("asked");
    };
    expect((await takeLock(dir, "u", by("next"), never)).after).toBe("dead");
  });
});

describe("unlocking", () => {
  it("lets go of what an execution holds, whatever its process does, and of nothing else", async () => {
    const dir = await state();
    await takeLock(dir, "t", by("mine"));
    await takeLock(dir, "u", by("other"));
    leave(dir, "v.1", { host: "elsewhere", execution: "mine" });
    leave(dir, "w.1.draft-1-mine", { execution: "mine" });
    expect((await findLocks(dir, "mine")).map((holder) => holder.host)).toEqual([hostname(), "elsewhere"]);
    await breakLocks(dir, "mine");
    expect(await findLocks(dir, "mine")).toEqual([]);
    expect(await findLocks(dir, "other")).toHaveLength(1);
    await takeLock(dir, "t", by("next"));
    await expect(takeLock(dir, "u", by("next"))).rejects.toMatchObject({ exitCode: 5 });
  });

  it("a late release by whoever was unlocked does not free the next holder's lock", async () => {
    const dir = await state();
    const late = await takeLock(dir, "t", by("late"));
    await breakLocks(dir, "late");
    await takeLock(dir, "t", by("next"));
    await late.release();
    await expect(takeLock(dir, "t", by("third"))).rejects.toMatchObject({ message: expect.stringContaining("next") });
  });

  it("knows a process that runs from one that has ended", async () => {
    const holder = { ...by("x"), host: hostname(), processStart: "" };
    expect(isAlive({ ...holder, pid: process.pid })).toBe(true);
    expect(isAlive({ ...holder, pid: await deadPid() })).toBe(false);
  });
});

describe("twenty processes racing for one lock", () => {
  it.each([
    ["each takes it three times", false],
    ["every other one is killed while it holds it", true],
  ])("%s: never two at once", async (_name, killing) => {
    const dir = await state();
    const script = await bundled(join(import.meta.dirname, "lock-racer.ts"), dir);
    const racers = Array.from({ length: 20 }, (_, index) => {
      const order: RaceOrder = { dir, times: 3, dies: killing && index % 2 === 0, name: `r${index}x` };
      const child = spawn(process.execPath, [script, JSON.stringify(order)], {
        stdio: ["ignore", "ignore", "inherit"],
      });
      return { order, ended: once(child, "exit") as Promise<[number | null, string | null]> };
    });
    writeFileSync(join(dir, "go"), "");
    for (const { order, ended } of racers) expect(await ended).toEqual(order.dies ? [null, "SIGKILL"] : [0, null]);

    const said = readFileSync(join(dir, "said"), "utf8").trimEnd().split("\n");
    const dead = new Set(racers.filter(({ order }) => order.dies).map(({ order }) => order.name));
    let holder: string | undefined;
    const entries = new Map<string, number>();
    for (const line of said) {
      const [word, name = ""] = line.split(" ");
      if (word === "out") {
        expect(holder).toBe(name);
        holder = undefined;
        continue;
      }
      // Whoever holds it is out, or was killed at its third time.
      if (holder !== undefined) expect([dead.has(holder), entries.get(holder)]).toEqual([true, 3]);
      holder = name;
      entries.set(name, (entries.get(name) ?? 0) + 1);
    }
    expect([...entries.values()]).toEqual(Array.from({ length: 20 }, () => 3));
    const left = locks(dir).filter((name) => !name.includes("draft"));
    expect(left).toHaveLength(1);
    expect(Number(left[0]?.split(".")[1])).toBeGreaterThanOrEqual(60);
  });
});
