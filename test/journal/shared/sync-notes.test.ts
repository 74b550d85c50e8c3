import { join } from "node:path";
import { expect, it } from "vitest";
import type { ExecutionNoted } from "../../../src/domain/execution-note.ts";
import { addNote, readNotes } from "../../../src/journal/notes.ts";
import { syncNotes } from "../../../src/journal/shared/sync-notes.ts";
import { openStateDir } from "../../../src/journal/state-dir.ts";
import { scratch } from "../scratch.ts";
import { memoryLog } from "./memory-log.ts";

const note = (text: string, host: string): ExecutionNoted => ({
  type: "execution.noted",
  at: "2026-04-10T03:41:07.000Z",
  execution: "x0001",
  text,
  operator: "kim",
  host,
});
const machine = () => openStateDir(join(scratch(), "state"));
const textsOn = async (dir: string) => {
  const { notes, broken } = await readNotes(dir, "x0001");
  return [notes.map(({ text }) => text), broken];
};

it("notes of two machines are read on both, each once, in one order and one chain", async () => {
  const [here, there, log] = [await machine(), await machine(), memoryLog()];
  await addNote(here, note("the vendor calls", "here"));
  await addNote(there, note("we wait for them", "there"));
  await syncNotes(here, "x0001", log);
  await syncNotes(there, "x0001", log);
  await addNote(there, note("they have called", "there"));
  await syncNotes(there, "x0001", log);
  await syncNotes(here, "x0001", log);
  const all = [["the vendor calls", "we wait for them", "they have called"], undefined];
  expect([await textsOn(here), await textsOn(there)]).toEqual([all, all]);
  expect(log.records.map(({ execution, n }) => [execution, n])).toEqual([
    ["x0001.notes", 1],
    ["x0001.notes", 2],
    ["x0001.notes", 3],
  ]);
});

it("a note that the log did not take stays here, and is shared next time", async () => {
  const [here, there, log] = [await machine(), await machine(), memoryLog()];
  await addNote(here, note("written in the dark", "here"));
  log.weather = "silent";
  await expect(syncNotes(here, "x0001", log)).rejects.toThrow("did not answer");
  log.weather = "fair";
  await syncNotes(here, "x0001", log);
  await syncNotes(there, "x0001", log);
  expect(await textsOn(there)).toEqual([["written in the dark"], undefined]);
});
