import { existsSync, readFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { JournalEvent, StepConfirmed } from "../../../src/domain/execution-event.ts";
import type { LogRecord } from "../../../src/domain/shared-log.ts";
import { continueJournal, createJournal, loadJournal } from "../../../src/journal/journal-file.ts";
import { markPruned, prunedExecutions } from "../../../src/journal/shared/pruned-mark.ts";
import { type SharedParts, sharedJournal } from "../../../src/journal/shared/shared-journal.ts";
import { syncAll } from "../../../src/journal/shared/sync-all.ts";
import { syncJournal } from "../../../src/journal/shared/sync-journal.ts";
import { openStateDir } from "../../../src/journal/state-dir.ts";
import { started as begun, verified } from "../events.ts";
import { scratch } from "../scratch.ts";
import { type MemoryLog, memoryLog } from "./memory-log.ts";

const started = { ...begun, store: "dynamodb://journal?region=eu-west-1" };
const ID = started.execution;

const confirmed = (step = "revert"): StepConfirmed => ({
  type: "step.confirmed",
  at: "2026-04-10T03:41:07.000Z",
  execution: ID,
  step,
  phase: "do",
  how: "typed",
  inputs: {},
  operation: { service: "ecs", name: "UpdateService", input: {} },
  undo: { kind: "irreversible", reason: "none" },
  basis: {},
  outputs: {},
});

const resumed = (host: string): JournalEvent => ({
  type: "execution.resumed",
  at: "2026-04-10T12:50:00.000Z",
  execution: ID,
  mode: "do",
  operator: "bob",
  host,
});

const ended = (at: string): JournalEvent => ({
  type: "execution.ended",
  at,
  execution: ID,
  status: "done",
  exitCode: 0,
  text: "done",
  next: [],
});

const machine = () => openStateDir(join(scratch(), "state"));

function wrapped(file: SharedParts["file"], log: MemoryLog, more: Partial<SharedParts> = {}) {
  const told: string[] = [];
  const journal = sharedJournal({
    log,
    file,
    execution: ID,
    target: "vulcan-prod",
    writer: "w1",
    now: () => Date.now(),
    mayDetach: async (_event, failure) => {
      throw failure;
    },
    tell: ({ type }) => told.push(type),
    say: (sentence) => told.push(sentence),
    leaves: () => undefined,
    ...more,
  });
  return { journal, told };
}

const typesIn = (log: MemoryLog) => log.records.map(({ line }) => (JSON.parse(line) as JournalEvent).type);
const fileOf = (dir: string) =>
  readFileSync(join(dir, "executions", `${ID}.jsonl`), "utf8")
    .trimEnd()
    .split("\n");

/** What another machine does: it reads the log, and continues. */
async function continueOn(dir: string, log: MemoryLog, host: string) {
  await syncJournal(dir, ID, log);
  const { journal } = wrapped(await continueJournal(await loadJournal(dir, ID)), log);
  await journal.append(resumed(host));
  return journal;
}

describe("a shared journal", () => {
  it("has each record before `append` answers, unchanged, and the file as its copy", async () => {
    const [dir, log] = [await machine(), memoryLog()];
    const { journal } = wrapped(await createJournal(dir, ID), log);
    for (const event of [started, confirmed(), verified("done")]) {
      await journal.append(event);
      expect(JSON.parse(log.records.at(-1)?.line ?? "")).toMatchObject({ type: event.type });
    }
    await journal.close();
    expect(fileOf(dir)).toEqual(log.records.map(({ line }) => line));
    expect(log.records.map(({ n }) => n)).toEqual([1, 2, 3]);
    expect(log.records.map(({ listed }) => listed !== undefined)).toEqual([true, false, false]);
  });

  it("takes no secret of a text out of this machine", async () => {
    const [dir, log] = [await machine(), memoryLog()];
    const { journal } = wrapped(await createJournal(dir, ID), log);
    await journal.append(started);
    await journal.append(verified("could not reach postgres://vulcan:s3cret-pw@db:5432/vulcan?token=t0ken-value"));
    await journal.close();
    const [, line] = log.records.map((record) => record.line);
    expect(line).toContain("could not reach");
    expect(line).not.toMatch(/s3cret-pw|t0ken-value/);
  });

  it("is continued on a machine with an empty state folder, and the first process stops at its next record", async () => {
    const [here, there, log] = [await machine(), await machine(), memoryLog()];
    const { journal } = wrapped(await createJournal(here, ID), log);
    await journal.append(started);
    await journal.append(confirmed());
    const other = await continueOn(there, log, "desk");
    await expect(journal.append(verified("too late"))).rejects.toMatchObject({
      exitCode: 5,
      message: expect.stringContaining("bob@desk"),
    });
    await other.append(verified("done"));
    expect(typesIn(log)).toEqual(["execution.started", "step.confirmed", "execution.resumed", "step.verified"]);
  });

  it("takes a record once whose answer was lost", async () => {
    const [dir, log] = [await machine(), memoryLog()];
    const { journal } = wrapped(await createJournal(dir, ID), log);
    await journal.append(started);
    log.weather = "lost";
    await journal.append(confirmed());
    expect(typesIn(log)).toEqual(["execution.started", "step.confirmed"]);
    expect(log.puts).toBe(3);
  });

  it("stops a process that was frozen before its request, where another one has continued meanwhile", async () => {
    const [here, there, log] = [await machine(), await machine(), memoryLog()];
    const { journal } = wrapped(await createJournal(here, ID), log);
    await journal.append(started);
    await journal.append(confirmed());
    await journal.assertOwn?.();
    await continueOn(there, log, "desk");
    await new Promise((resolve) => setTimeout(resolve, 5000));
    await expect(journal.assertOwn?.()).rejects.toMatchObject({ exitCode: 5 });
  });

  it("keeps what a wait has to say while the log is silent, and puts it there in order before the next change", async () => {
    const [dir, log] = [await machine(), memoryLog()];
    const { journal } = wrapped(await createJournal(dir, ID), log);
    await journal.append(started);
    await journal.append(confirmed("one"));
    log.weather = "silent";
    await journal.append(verified("one"));
    await journal.append(verified("two"));
    expect(log.records).toHaveLength(2);
    expect(fileOf(dir)).toHaveLength(4);
    log.weather = "fair";
    await journal.append(confirmed("two"));
    await journal.close();
    expect(log.records.map(({ line }) => line)).toEqual(fileOf(dir));
    expect(existsSync(join(dir, "executions", `${ID}.unshared`))).toBe(false);
  });

  it("sends no change unseen: the record stands with its end, and nothing counts as sent", async () => {
    const [dir, log] = [await machine(), memoryLog()];
    const { journal } = wrapped(await createJournal(dir, ID), log);
    await journal.append(started);
    log.weather = "silent";
    await expect(journal.append(confirmed())).rejects.toMatchObject({ detail: { code: "journal-store-silent" } });
    const { execution } = await loadJournal(dir, ID);
    expect(execution.steps.revert).toMatchObject({ state: "failed", failed: { effect: "none" } });
    log.weather = "fair";
    await journal.append(verified("put back"));
    await journal.close();
    expect(log.records.map(({ line }) => line)).toEqual(fileOf(dir));
  });

  it("continues a rollback on this machine's file, says so, and shares it later", async () => {
    const [dir, log] = [await machine(), memoryLog()];
    const { journal, told } = wrapped(await createJournal(dir, ID), log, { mayDetach: async () => "rescue" });
    log.weather = "silent";
    await journal.append(started);
    await journal.append(confirmed());
    await journal.append(verified("done"));
    expect(log.puts).toBeLessThan(20);
    await journal.close();
    expect(told).toEqual([
      "execution.detached",
      expect.stringContaining("on this machine only. The next command here that reaches"),
    ]);
    expect(log.records).toHaveLength(0);
    log.weather = "fair";
    expect(await syncAll(dir, log)).toEqual([]);
    expect(typesIn(log)).toEqual(["execution.started", "execution.detached", "step.confirmed", "step.verified"]);
    expect(log.records.map(({ line }) => line)).toEqual(fileOf(dir));
  });

  it("waits no second time for a log that gave no answer while the plan was read", async () => {
    const [dir, log] = [await machine(), memoryLog()];
    log.weather = "silent";
    const looked = log.read(ID, 1);
    looked.catch(() => undefined);
    const { journal } = wrapped(await createJournal(dir, ID), log, { looked, mayDetach: async () => "rescue" });
    const begun = Date.now();
    await journal.append(started);
    expect(Date.now() - begun).toBeLessThan(1000);
    expect(fileOf(dir)).toHaveLength(2);
  });

  it("does not wait for a log that refuses", async () => {
    const [dir, log] = [await machine(), memoryLog()];
    const { journal } = wrapped(await createJournal(dir, ID), log, { mayDetach: async () => "rescue" });
    log.weather = "refused";
    await journal.append(started);
    expect(log.puts).toBe(1);
  });

  it("keeps beside the copy what this machine did where another one has continued meanwhile", async () => {
    const [here, there, log] = [await machine(), await machine(), memoryLog()];
    const { journal } = wrapped(await createJournal(here, ID), log, { mayDetach: async () => "rescue" });
    await journal.append(started);
    log.weather = "silent";
    await journal.append(confirmed());
    await journal.close();
    const mine = fileOf(here).slice(1);
    log.weather = "fair";
    const other = await continueOn(there, log, "desk");
    await other.append(confirmed("two"));
    expect(await syncJournal(here, ID, log)).toBe("diverged");
    expect(fileOf(here)).toEqual(log.records.map(({ line }) => line));
    expect(
      readFileSync(join(here, "executions", `${ID}.diverged`), "utf8")
        .trimEnd()
        .split("\n"),
    ).toEqual(mine);
    expect(await syncJournal(here, ID, log)).toBe("same");
  });

  it("does not act on a shared record that is damaged", async () => {
    const [here, there, log] = [await machine(), await machine(), memoryLog()];
    const { journal } = wrapped(await createJournal(here, ID), log);
    await journal.append(started);
    await journal.append(confirmed());
    const [first, second] = log.records as [LogRecord, LogRecord];
    log.records.splice(0, 2, first, { ...second, line: second.line.replace("revert", "revers") });
    await expect(syncJournal(there, ID, log)).rejects.toMatchObject({ detail: { code: "journal-unreadable" } });
    expect(existsSync(join(there, "executions", `${ID}.jsonl`))).toBe(false);
  });

  it("reads again only what is not here as the log lists it", async () => {
    const [here, there, log] = [await machine(), await machine(), memoryLog()];
    const { journal } = wrapped(await createJournal(here, ID), log);
    await journal.append(started);
    await syncAll(there, log);
    expect(fileOf(there)).toHaveLength(1);
    await journal.append(verified("one"));
    await syncAll(there, log);
    expect(fileOf(there)).toHaveLength(2);
    await journal.append(ended("2026-04-10T04:00:00.000Z"));
    await syncAll(there, log);
    expect(fileOf(there)).toHaveLength(3);
    log.read = () => Promise.reject(new Error("it was read again"));
    await syncAll(there, log);
  });

  it("leaves a journal alone that belongs to no log", async () => {
    const [dir, log] = [await machine(), memoryLog()];
    const file = await createJournal(dir, ID);
    await file.append(begun);
    await file.close();
    expect(await syncJournal(dir, ID, log)).toBe("same");
    expect(log.records).toHaveLength(0);
  });
});

it("an ended copy is brought up to what another machine has added, whose clock is behind", async () => {
  const [here, there, log] = [await machine(), await machine(), memoryLog()];
  const { journal } = wrapped(await createJournal(here, ID), log);
  await journal.append(started);
  await journal.append(ended("2026-04-10T12:59:00.000Z"));
  await journal.close();
  const other = await continueOn(there, log, "desk");
  await other.append(ended("2026-04-10T12:55:00.000Z"));
  // The index lists by time: the first machine's end stands before the other one's.
  const list: MemoryLog["list"] = async (most) =>
    (await log.list(most)).toSorted((a, b) => b.at.localeCompare(a.at, "en"));
  await syncAll(here, { ...log, list });
  expect(fileOf(here)).toEqual(log.records.map(({ line }) => line));
});

it("a copy that was pruned stays away until the log has more of it, or it is asked for by name", async () => {
  const [here, log] = [await machine(), memoryLog()];
  const { journal } = wrapped(await createJournal(here, ID), log);
  await journal.append(started);
  await journal.append(verified("done"));
  await journal.close();
  const path = join(here, "executions", `${ID}.jsonl`);
  const prune = async () => {
    await rm(path);
    await markPruned(here, ID, 2);
  };
  await prune();
  await syncAll(here, log);
  expect(existsSync(path)).toBe(false);
  expect(await syncJournal(here, ID, log)).toBe("pulled");
  await prune();
  const other = await continueOn(await machine(), log, "desk");
  await other.append(verified("undone there"));
  await syncAll(here, log);
  expect(fileOf(here)).toHaveLength(4);
  expect([...(await prunedExecutions(here)).keys()]).toEqual([]);
});
