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
import type { JournalEvent } from "../../src/domain/execution.ts";
import { createJournal } from "../../src/journal/journal-file.ts";
import { openStateDir } from "../../src/journal/state-dir.ts";
import { started } from "../journal/events.ts";
import { vulcanOps } from "../support/sandbox-harness.ts";

const ID = ["a0001", "b0001", "c0001"] as const;
const [OLD, OPEN, YOUNG] = ID;
let dir: string;
const path = (id: string): string => join(dir, "executions", `${id}.jsonl`);
const run = (...words: string[]) => vulcanOps(["history", ...words, "--state-dir", dir]);

/** Another test of this process may have left it pointing at a sandbox. */
const atAws = Object.fromEntries(
  ["AWS_ENDPOINT_URL", ...Object.keys(process.env).filter((name) => name.startsWith("AWS_ENDPOINT_URL_"))].map(
    (name) => [name, ""],
  ),
);

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

it("a bare resume does not guess where a journal that was written later cannot be read", async () => {
  appendFileSync(path(YOUNG), "oops\n");
  const { code, stderr } = await vulcanOps(["resume", "--state-dir", dir], { env: atAws });
  expect(code).toBe(6);
  expect(stderr.replace(/\s+/g, " ")).toContain(`${OPEN} may not be the newest execution: 1 journal is damaged`);
});

it("says of an execution whose process works on it that it runs, and to resume it only once that process is gone", async () => {
  const locks = join(dir, "locks");
  mkdirSync(locks, { recursive: true });
  const holder = {
    execution: OPEN,
    host: hostname(),
    operator: "a",
    command: "rollback",
    since: "2026-01-01T00:00:00Z",
  };
  const hold = (pid: number) =>
    writeFileSync(join(locks, "vulcan-prod-0.1"), JSON.stringify({ ...holder, pid, processStart: "" }));
  const statusOf = async () => {
    const all = JSON.parse((await run("--output", "json")).stdout) as { execution: string; status: string }[];
    return all.find(({ execution }) => execution === OPEN)?.status;
  };
  hold(process.pid);
  expect(await statusOf()).toBe("running");
  expect((await run()).stdout).toMatch(new RegExp(`${OPEN} .* running  follow it: vulcan-ops show ${OPEN}`));
  hold(2 ** 22);
  expect(await statusOf()).toBe("unfinished");
  expect((await run()).stdout).toContain(`resume it: vulcan-ops resume ${OPEN}`);
});
