import { existsSync, mkdtempSync, readFileSync, rmSync, utimesSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, expect, it, onTestFinished } from "vitest";
import { createJournal } from "../../src/journal/journal-file.ts";
import { openStateDir } from "../../src/journal/state-dir.ts";
import { started } from "../journal/events.ts";
import { vulcanOps } from "../support/sandbox-harness.ts";

const ID = "a0001";
let dir: string;
const journal = () => join(dir, "executions", `${ID}.jsonl`);
const run = (...words: string[]) => vulcanOps([...words, "--state-dir", dir]);

beforeEach(async () => {
  const folder = mkdtempSync(join(tmpdir(), "vulcan-ops-note-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  dir = await openStateDir(join(folder, "state"));
  const file = await createJournal(dir, ID);
  const end = { type: "execution.ended", at: "2026-04-10T12:05:00.000Z", execution: ID } as const;
  await file.append({ ...started, execution: ID });
  await file.append({ ...end, status: "done", exitCode: 0, text: "done", outcome: "Rolled back", next: [] });
  await file.close();
});

it("notes an ended execution without touching its journal; show, JSON and export have it", async () => {
  const before = readFileSync(journal(), "utf8");
  const noted = await run("note", ID, "customers", "see \u001b[31merrors");
  expect([noted.code, noted.stdout]).toEqual([0, `Noted for execution ${ID}.\n`]);
  expect(readFileSync(journal(), "utf8")).toBe(before);
  const { stdout } = await run("show", ID);
  expect(stdout).toMatch(/NOTE\s+\S+: customers see \\u\{1b\}\[31merrors/);
  const types = JSON.parse((await run("show", ID, "--output", "json")).stdout).map(
    ({ type }: { type: string }) => type,
  );
  expect(types).toEqual(["execution.started", "execution.ended", "execution.noted"]);
  expect((await run("history", "export")).stdout).toContain('"type":"execution.noted"');
});

it.each([
  ["no execution", ["note", "zzzzz", "text"], "there is no execution zzzzz"],
  ["no text", ["note", ID, "  "], "a note has 1 to 2000 characters"],
  ["too long a text", ["note", ID, "x".repeat(2001)], "a note has 1 to 2000 characters"],
])("refuses %s", async (_what, argv, message) => {
  const { code, stderr } = await run(...argv);
  expect(code).toBe(6);
  expect(stderr.replace(/\s+/g, " ")).toContain(message);
});

it("show --follow ends at once where an execution has ended, and says where its process died", async () => {
  const ended = await run("show", ID, "--follow");
  expect([ended.code, ended.stdout]).toEqual([0, expect.stringMatching(/START[\s\S]*END {2}/)]);
  const open = "b0001";
  const file = await createJournal(dir, open);
  await file.append({ ...started, execution: open });
  await file.close();
  const died = await run("show", open, "--follow");
  expect([died.code, died.stderr]).toEqual([7, expect.stringContaining(`vulcan-ops resume ${open}`)]);
  expect((await run("show", ID, "--follow", "--output", "json")).code).toBe(6);
});

it("goes with the journal", async () => {
  await run("note", ID, "text");
  utimesSync(journal(), 0, 0);
  // Nothing else is on record, so nothing needs this one.
  await run("history", "prune", "--older-than", "1", "--yes");
  expect([existsSync(journal()), existsSync(join(dir, "executions", `${ID}.note.1`))]).toEqual([false, false]);
});
