import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, expect, it, onTestFinished } from "vitest";
import type { JournalEvent } from "../../src/domain/execution-event.ts";
import { createJournal } from "../../src/journal/journal-file.ts";
import { openStateDir } from "../../src/journal/state-dir.ts";
import { started } from "../journal/events.ts";
import { vulcanOps } from "../support/sandbox-harness.ts";

const ID = ["a0001", "b0001", "c0001"] as const;
const [OLD, OPEN, YOUNG] = ID;
let dir: string;
const path = (id: string): string => join(dir, "executions", `${id}.jsonl`);
const run = (...words: string[]) => vulcanOps(["history", ...words, "--state-dir", dir]);

async function journal(id: string, isEnded: boolean, daysAgo: number): Promise<void> {
  const file = await createJournal(dir, id);
  const { at } = started;
  const end = {
    type: "execution.ended",
    at,
    execution: id,
    status: "done",
    exitCode: 0,
    text: "done",
    next: [],
  } as const;
  const events: JournalEvent[] = [{ ...started, execution: id }, ...(isEnded ? [end] : [])];
  for (const event of events) await file.append(event);
  await file.close();
  const time = Date.now() / 1000 - daysAgo * 86_400;
  utimesSync(path(id), time, time);
}

beforeEach(async () => {
  const folder = mkdtempSync(join(tmpdir(), "vulcan-ops-history-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  dir = await openStateDir(join(folder, "state"));
  await journal(OLD, true, 40);
  await journal(OPEN, false, 40);
  await journal(YOUNG, true, 1);
});

it("lists what it always did, by the word alone", async () => {
  const { code, stdout } = await run("--output", "json");
  expect([
    code,
    JSON.parse(stdout)
      .map(({ execution }: { execution: string }) => execution)
      .sort(),
  ]).toEqual([0, ID]);
});

it("exports every record, a line each or as one document; a damaged one is told and makes it exit 1", async () => {
  const lines = (await run("export")).stdout
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(lines.map(({ type }) => type).sort()).toEqual([
    ...["execution.ended", "execution.ended"],
    ...["execution.started", "execution.started", "execution.started"],
  ]);
  const document = JSON.parse((await run("export", "--output", "json")).stdout);
  expect(document.executions.flatMap(({ events }: { events: unknown[] }) => events)).toEqual(lines);
  writeFileSync(path(OLD), readFileSync(path(OLD), "utf8").replace('"text":"done"', '"text":"dome"'));
  const { code, stdout, stderr } = await run("export");
  expect([code, stdout.trimEnd().split("\n").length]).toEqual([1, 4]);
  expect(stderr).toContain(`1 journal is damaged, and is not whole here: vulcan-ops show ${OLD}`);
});

it("prunes what is old and finished, after a yes; a dry run removes nothing", async () => {
  const words = ["prune", "--older-than", "30"];
  const dry = await run(...words, "--dry-run", "--output", "json");
  expect(JSON.parse(dry.stdout)).toEqual({
    removed: [],
    wouldGo: [OLD],
    kept: [{ execution: OPEN, why: "it is unfinished" }],
  });
  const unanswered = await run(...words);
  expect(unanswered.code).toBe(6);
  expect(unanswered.stderr).toContain("vulcan-ops history prune --older-than 30 --yes");
  expect(ID.map((id) => existsSync(path(id)))).toEqual([true, true, true]);
  const pruned = await run(...words, "--yes");
  expect([pruned.code, ...ID.map((id) => existsSync(path(id)))]).toEqual([0, false, true, true]);
  expect((await run("prune")).code).toBe(6);
  expect((await run("prune", "--older-than", "0")).code).toBe(6);
});

it("prunes a journal whose first record was never finished", async () => {
  const half = path("c0001");
  writeFileSync(half, '{"type":"execution.sta', { mode: 0o600 });
  expect((await run("prune", "--older-than", "30", "--yes")).stderr).not.toContain("without a first record");
  const old = new Date(Date.now() - 60 * 86_400_000);
  utimesSync(half, old, old);
  const { code, stderr } = await run("prune", "--older-than", "30", "--yes");
  expect([code, existsSync(half)]).toEqual([0, false]);
  expect(stderr).toContain("1 journal without a first record removed.");
});

it("a bare resume does not guess where a journal that was written later cannot be read", async () => {
  appendFileSync(path(YOUNG), "oops\n");
  const { code, stderr } = await vulcanOps(["resume", "--state-dir", dir]);
  expect(code).toBe(6);
  expect(stderr.replace(/\s+/g, " ")).toContain(`${OPEN} may not be the newest execution: 1 journal is damaged`);
});

it("an execution whose process is alive runs, and is not to be resumed; one whose process is gone is", async () => {
  // Its row, and the sentence below it.
  const listed = async () => {
    const rows = (await run()).stdout.split("\n");
    const at = rows.findIndex((line) => line.startsWith(OPEN));
    return rows.slice(at, at + 2).join("\n");
  };
  expect(await listed()).toMatch(/ {2}unfinished\n +resume it: vulcan-ops resume b0001/);
  const lock = { execution: OPEN, command: "rollback", since: started.at, operator: "op", host: hostname() };
  const hold = (pid: number) => {
    mkdirSync(join(dir, "locks"), { recursive: true, mode: 0o700 });
    writeFileSync(join(dir, "locks", "key.1"), JSON.stringify({ ...lock, pid, processStart: "" }), { mode: 0o600 });
  };
  hold(process.pid);
  expect(await listed()).toMatch(new RegExp(` {2}running\\n +it runs in process ${process.pid} of ${hostname()}`));
  const { stdout } = await run("--output", "json");
  const found = JSON.parse(stdout).find(({ execution }: { execution: string }) => execution === OPEN);
  expect(found).toMatchObject({ status: "running", exitCode: null, unfinished: [] });
  const shown = await vulcanOps(["show", OPEN, "--state-dir", dir]);
  expect(shown.stderr).toContain(`It runs in process ${process.pid} of ${hostname()}.`);
  hold(2 ** 30);
  expect(await listed()).toMatch(/ {2}unfinished\n +resume it: vulcan-ops resume b0001/);
});

const idsOf = (text: string): readonly string[] =>
  text.split("\n").flatMap((line) => /^[a-z]\d{4}(?= )/.exec(line)?.[0] ?? []);

it("lists the newest, those of a target, and those since a time", async () => {
  const all = idsOf((await run()).stdout);
  expect(all).toHaveLength(3);
  expect(idsOf((await run("--limit", "2")).stdout)).toEqual(all.slice(0, 2));
  expect(idsOf((await run("--target", started.target.name)).stdout)).toEqual(all);
  const none = await run("--target", "elsewhere");
  expect([none.code, none.stdout, none.stderr]).toEqual([0, "", "No execution fits.\n"]);
  expect(idsOf((await run("--since", "1970-01-01T00:00:00Z")).stdout)).toEqual(all);
  expect(idsOf((await run("--since", "1m")).stdout)).toEqual([]);
});

it.each([
  ["--limit", "0", "limit-invalid"],
  ["--limit", "many", "limit-invalid"],
  ["--since", "yesterday", "since-invalid"],
])("refuses %s %s", async (flag, value, code) => {
  const { code: exit, stderr } = await run(flag, value);
  expect([exit, stderr]).toEqual([6, expect.stringContaining(`[${code}, exit 6]`)]);
});

const show = (id: string, env: Record<string, string> = {}) =>
  vulcanOps(["show", id, "--output", "json", "--state-dir", dir], { env });

it("shows an execution by the beginning of its id, and the last one", async () => {
  for (const id of ["a00", "A0001"]) expect((await show(id)).stdout).toContain(`"execution": "${OLD}"`);
  expect((await show("last")).code).toBe(0);
  const short = await show("a0");
  expect([short.code, JSON.parse(short.stdout).error.code]).toEqual([6, "execution-unknown"]);
});

it("a beginning that several ids have names none of them", async () => {
  await journal("a0002", true, 1);
  const { code, stdout } = await show("a00");
  expect(code).toBe(6);
  expect(JSON.parse(stdout)).toEqual({
    error: {
      code: "execution-ambiguous",
      exitCode: 6,
      message: '"a00" begins several ids: a0001, a0002',
      next: [`vulcan-ops show a0001 --state-dir ${dir}`, `vulcan-ops history --state-dir ${dir}`],
    },
  });
});

it.each(["show", "undo", "resume"])("%s last is never an execution of another world", async (command) => {
  const { code, stderr } = await vulcanOps([command, "last", "--state-dir", dir], {
    env: { AWS_ENDPOINT_URL: "http://127.0.0.1:1" },
  });
  expect([code, stderr]).toEqual([
    6,
    expect.stringContaining("There is no execution on record here yet [execution-unknown, exit 6]"),
  ]);
});
