import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createClients, WRITE_ATTEMPTS } from "../../../src/aws/client/clients.ts";
import { createSharedLog } from "../../../src/aws/dynamodb/shared-log.ts";
import type { JournalEvent } from "../../../src/domain/execution-event.ts";
import type { SharedLog } from "../../../src/domain/shared-log.ts";
import { followChain } from "../../../src/journal/chain.ts";
import { continueJournal, createJournal, type JournalFile, loadJournal } from "../../../src/journal/journal-file.ts";
import { sharedJournal } from "../../../src/journal/shared/shared-journal.ts";
import { syncJournal } from "../../../src/journal/shared/sync-journal.ts";
import { openStateDir } from "../../../src/journal/state-dir.ts";
import { started, verified } from "../../journal/events.ts";
import { leaveStore, STORES, type StoreServer, TABLE, useStore } from "./stores.ts";

const STORE = `dynamodb://${TABLE}`;

/** What one life records, from the first record to the last. */
const life = (execution: string): readonly JournalEvent[] => {
  const of = { at: "2026-04-10T12:01:00.000Z", execution, step: "revert", phase: "do" } as const;
  const operation = { service: "ecs", name: "UpdateService", input: { service: "s" } };
  return [
    { ...started, execution, store: STORE },
    { ...verified("found"), execution },
    {
      ...of,
      ...{ type: "step.confirmed", how: "flag", inputs: {}, operation, basis: {}, outputs: {} },
      undo: { kind: "irreversible", reason: "none" },
    },
    { ...of, type: "step.sent", receipt: { answer: {} } },
    { ...of, type: "step.verified", text: "it serves", outputs: {} },
    { type: "execution.ended", at: of.at, execution, status: "done", exitCode: 0, text: "done", next: [] },
  ];
};

const resumed = (execution: string): JournalEvent => {
  const by = { mode: "do", operator: "bob", host: "desk" } as const;
  return { type: "execution.resumed", at: "2026-04-10T12:02:00.000Z", execution, ...by };
};

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "vulcan-ops-killed-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const machine = () => openStateDir(mkdtempSync(join(folder, "m-")));
const pathIn = (dir: string, id: string) => join(dir, "executions", `${id}.jsonl`);
const linesIn = (dir: string, id: string) => readFileSync(pathIn(dir, id), "utf8").trimEnd().split("\n");
const typesOf = (lines: readonly string[]) => lines.map((line) => (JSON.parse(line) as JournalEvent).type);

/** The records of a life that was killed after its `number`-th, and of the next one. */
const expected = (number: number) => {
  const whole = life("x").map(({ type }) => type);
  return [...whole.slice(0, number), "execution.resumed", ...whole.slice(number)];
};

const MOMENTS = life("x").map((_, index) => index + 1);

describe("a process that is killed, in its own file", () => {
  it.each(MOMENTS)("after record %i, or in the middle of the next one: nothing before it is lost", async (number) => {
    const [id, dir] = [`f${number}00`, await machine()];
    const file = await createJournal(dir, id);
    for (const event of life(id).slice(0, number)) await file.append(event);
    await file.close();
    writeFileSync(pathIn(dir, id), '{"n":9,"pre', { flag: "a" });
    const next = await continueJournal(await loadJournal(dir, id));
    for (const event of [resumed(id), ...life(id).slice(number)]) await next.append(event);
    await next.close();
    expect(typesOf(linesIn(dir, id))).toEqual(expected(number));
    expect(followChain(linesIn(dir, id)).broken).toBeUndefined();
  });
});

describe.each(Object.entries(STORES))("a process that is killed, with its journal in %s", (kind, open) => {
  let store: StoreServer;
  let log: SharedLog;
  beforeAll(async () => {
    store = await open();
    useStore(store);
    log = createSharedLog(createClients({ region: "eu-west-1" }, WRITE_ATTEMPTS), { table: TABLE, name: STORE });
  });
  afterAll(async () => {
    leaveStore();
    await store.close();
  });

  const shared = (file: JournalFile, execution: string, writer: string) =>
    sharedJournal({
      ...{ log, file, execution, writer, target: "prod", now: () => Date.now() },
      mayDetach: async (_event, failure) => {
        throw failure;
      },
      tell: () => undefined,
      say: () => undefined,
      leaves: () => undefined,
    });

  /** Killed once the record is in the table: before its copy is on the disk, or after. */
  async function killedAt(number: number, isCopied: boolean, execution: string) {
    const dir = await machine();
    const file = await createJournal(dir, execution);
    let copied = 0;
    let die = (): void => undefined;
    const died = new Promise<void>((resolve) => {
      die = resolve;
    });
    const appendLine: JournalFile["appendLine"] = async (...record) => {
      if (++copied === number && !isCopied) return new Promise(() => die());
      return file.appendLine(...record);
    };
    const journal = shared({ ...file, appendLine }, execution, "a");
    const work = async () => {
      for (const event of life(execution).slice(0, number)) await journal.append(event);
    };
    await Promise.race([work(), died]);
    return { dir, journal, file };
  }

  it.each(MOMENTS)(
    "after record %i, before its copy and after: a machine with an empty folder has all of it",
    async (number) => {
      for (const isCopied of [false, true]) {
        const id = `${kind.slice(0, 1)}${number}${isCopied ? "after" : "early"}`;
        const first = await killedAt(number, isCopied, id);
        const there = await machine();
        expect(await syncJournal(there, id, log)).toBe("pulled");
        const next = shared(await continueJournal(await loadJournal(there, id)), id, "b");
        for (const event of [resumed(id), ...life(id).slice(number)]) await next.append(event);
        await next.close();
        const lines = (await log.read(id, 1)).map(({ line }) => line);
        expect(typesOf(lines)).toEqual(expected(number));
        expect(followChain(lines).broken).toBeUndefined();
        expect(linesIn(there, id)).toEqual(lines);
        // It was not killed, but stood still: it learns at its next record that it has lost the execution.
        if (isCopied) await expect(first.journal.append(verified("late"))).rejects.toMatchObject({ exitCode: 5 });
        await first.file.close();
        expect(await syncJournal(first.dir, id, log)).toBe("pulled");
        expect(linesIn(first.dir, id)).toEqual(lines);
      }
    },
  );
});
