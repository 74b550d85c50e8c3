import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import type { ExecutionNoted } from "../../src/domain/execution-note.ts";
import { addNote, readNotes, removeNotes } from "../../src/journal/notes.ts";
import { openStateDir } from "../../src/journal/state-dir.ts";
import { scratch } from "./scratch.ts";

const note = (text: string, execution = "x0001"): ExecutionNoted => ({
  type: "execution.noted",
  at: "2026-04-10T12:00:00.000Z",
  execution,
  text,
  operator: "ana",
  host: "laptop",
});

const stateDir = () => openStateDir(join(scratch(), "state"));

it("keeps notes in their order, readable by their owner alone, without secrets", async () => {
  const dir = await stateDir();
  for (const text of ["first", "key AKIAIOSFODNN7EXAMPLE", "third"]) await addNote(dir, note(text));
  const { notes, broken } = await readNotes(dir, "x0001");
  expect([notes.map(({ text }) => text), broken]).toEqual([["first", "key [access key]", "third"], undefined]);
  expect(statSync(join(dir, "executions", "x0001.note.1")).mode & 0o777).toBe(0o600);
  expect(await readNotes(dir, "x0002")).toEqual({ notes: [] });
});

it("loses none of those that are written at once", async () => {
  const dir = await stateDir();
  const texts = Array.from({ length: 12 }, (_, index) => `note ${index}`);
  await Promise.all(texts.map((text) => addNote(dir, note(text))));
  const { notes } = await readNotes(dir, "x0001");
  expect(notes.map(({ text }) => text).sort()).toEqual([...texts].sort());
  expect(readdirSync(join(dir, "executions")).filter((name) => name.includes("draft"))).toEqual([]);
});

it("says that a note was changed, or is missing, shows the others, and still takes new ones", async () => {
  const dir = await stateDir();
  const path = (number: number) => join(dir, "executions", `x0001.note.${number}`);
  for (const text of ["first", "second", "third"]) await addNote(dir, note(text));
  writeFileSync(path(2), readFileSync(path(2), "utf8").replace("second", "sekond"));
  expect((await readNotes(dir, "x0001")).broken).toMatch(/checksum differs/);
  rmSync(path(2));
  await addNote(dir, note("fourth"));
  const { notes, broken } = await readNotes(dir, "x0001");
  expect(notes.map(({ text }) => text)).toEqual(["first", "third", "fourth"]);
  expect(broken).toMatch(/record 2 is missing/);
  await removeNotes(dir, "x0001");
  expect(readdirSync(join(dir, "executions"))).toEqual([]);
});
