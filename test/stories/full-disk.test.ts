import { spawnSync } from "node:child_process";
import { appendFileSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { RUN_AGAIN } from "../../src/domain/error.ts";
import type { ExecutionEnded } from "../../src/domain/execution-event.ts";
import { loadJournal } from "../../src/journal/journal-file.ts";
import { sample } from "../support/sample.ts";
import {
  eventsOf,
  mutations,
  type Outcome,
  openRig,
  type Rig,
  runningRevisions,
  vulcanOps,
} from "../support/sandbox-harness.ts";
import { ended, idOf } from "../support/stories/down.ts";
import { watchSyncs } from "../support/watch-syncs.ts";

let rig: Rig;
beforeAll(async () => {
  rig = await openRig("bad-but-healthy", 600);
});
afterAll(() => rig.close());

const ROLLBACK = ["rollback", "--yes", "--confirm", "42", "--expect-current", "43"];
const MAINTENANCE = ["maintenance", "--watch", "15m", "--yes", "--expect-current", "42"];
const DOWN = [
  "migrate",
  "down",
  "2",
  "--yes",
  "--confirm",
  "drop licences.seats",
  "--confirm",
  "41",
  "--expect-current",
  "8",
];
const RESTORE = ["restore", "--latest", "--as", "vulcan-prod-then", "--yes", "--confirm", "vulcan-prod-then"];
const about = (words: readonly string[], dir: string, heard: (text: string) => void = () => {}) =>
  vulcanOps([...words, "--output", "ndjson", "--state-dir", dir], { columns: 400, heard });

describe("an error on the way out", () => {
  it("does not replace the outcome: the lock cannot be marked as released, and the rollback ends 0 all the same", async () => {
    await rig.sandbox.reset("bad-but-healthy");
    const dir = mkdtempSync(join(tmpdir(), "vulcan-ops-test-"));
    const heard = (text: string): void => {
      if (text.includes('"type":"step.sent"')) rmSync(join(dir, "locks"), { recursive: true, force: true });
    };
    const words = [...ROLLBACK, "--output", "ndjson", "--state-dir", dir];
    const outcome = await vulcanOps(words, { columns: 400, heard });
    rmSync(dir, { recursive: true });
    expect(ended(outcome)).toMatchObject({ code: 0, failed: [] });
    expect(outcome.stderr).not.toContain("FAIL");
  });
});

describe("a power cut at the moment of a send", () => {
  it("leaves the request's confirmation on the disk, by what `datasync` had answered for by then", async () => {
    await rig.sandbox.reset("bad-but-healthy");
    const dir = mkdtempSync(join(tmpdir(), "vulcan-ops-test-"));
    const syncs: { readonly confirmed: number; readonly arrived: number }[] = [];
    const file = (text: string): void =>
      void syncs.push({
        confirmed: text.split('"type":"step.confirmed"').length - 1,
        arrived: mutations(rig.sandbox).length,
      });
    await watchSyncs({ file });
    const outcome = await about(ROLLBACK, dir);
    rmSync(dir, { recursive: true });
    expect(ended(outcome)).toMatchObject({ code: 0 });
    expect(mutations(rig.sandbox)).toEqual(["UpdateService"]);
    expect(syncs.filter(({ arrived }) => arrived === 0).at(-1)).toEqual({ confirmed: 1, arrived: 0 });
  });
});

/** A disk of so many kilobytes, where this process may mount one. */
function mounted(kilobytes: number): { readonly dir: string; grow(): void; close(): void } | undefined {
  const dir = mkdtempSync(join(tmpdir(), "vulcan-ops-disk-"));
  const run = (command: string, ...args: readonly string[]) => spawnSync(command, args).status === 0;
  const isMounted = run("mount", "-t", "tmpfs", "-o", `size=${kilobytes}k,mode=700`, "tmpfs", dir);
  const close = (): void => {
    if (isMounted) run("umount", dir);
    rmSync(dir, { recursive: true, force: true });
  };
  if (!isMounted) {
    close();
    return undefined;
  }
  return { dir, grow: () => void run("mount", "-o", "remount,size=4m", dir), close };
}

function mayMount(): boolean {
  const disk = mounted(64);
  disk?.close();
  return disk !== undefined;
}

/** Every answer, for what has not been asked yet; the revision that serves by now is the one to be replaced. */
function answersOf(words: readonly string[]): readonly string[] {
  const answers = words.slice(words.indexOf("--yes"));
  if (words[0] === "restore") return answers;
  const current = String(runningRevisions(rig.sandbox)[0]?.split(":")[1]);
  if (words[0] === "migrate") return [...answers.slice(0, -1), current];
  if (words[0] === "maintenance") return ["--yes", "--expect-current", current];
  return ["--yes", "--confirm", "42", "--expect-current", current];
}

const AWS_LINE = /Next {6}Add to the same command: --state-dir [\s\S]*\n {12}aws [a-z-]+ [a-z-]+ /;

/** Kilobytes. Memory gives room in pages of 4 KB; the last reads, which completion keeps, take one. */
const TOO_SMALL = Array.from({ length: 16 }, (_, index) => 4 * (index + 1));

describe.runIf(mayMount())("a disk that is full", () => {
  it.each([
    ["rollback", "bad-but-healthy", ROLLBACK, 80],
    ["maintenance", "major-release", MAINTENANCE, 92],
    ["migrate down", "bad-but-healthy", DOWN, 96],
    ["restore", "healthy", RESTORE, 88],
  ] as const)(
    "%s: sends nothing and prints the aws lines; or ends with END in its journal, id and the line to type",
    async (_name, scenario, words, enough) => {
      for (const size of [...sample(TOO_SMALL, 2, (size) => size === 64), enough]) {
        await rig.sandbox.reset(scenario);
        const disk = mounted(size);
        if (disk === undefined) throw new Error("no disk could be mounted");
        const dir = join(disk.dir, "state");
        const outcome = await about(words, dir);
        if (size < enough) {
          expect({ size, code: outcome.code, sent: mutations(rig.sandbox) }).toEqual({ size, code: 6, sent: [] });
          expect(outcome.stderr).toMatch(AWS_LINE);
          expect(readdirSync(join(dir, "executions"))).toEqual([]);
        } else {
          await endsOnRecord(outcome, dir);
          disk.grow();
          await goesOn(outcome, words, dir);
        }
        disk.close();
      }
    },
    180_000,
  );

  it("even if others take the room: what was sent ends 7 with END, id and the line to type; with room it goes on", async () => {
    await rig.sandbox.reset("healthy");
    const disk = mounted(128);
    if (disk === undefined) throw new Error("no disk could be mounted");
    const dir = join(disk.dir, "state");
    const heard = (text: string): void => {
      if (!text.includes('"type":"step.sent"')) return;
      for (const name of readdirSync(join(dir, "executions")))
        if (name.endsWith(".room")) rmSync(join(dir, "executions", name));
      fill(join(disk.dir, "theirs"));
    };
    // A restore has more to record than the rest of a page holds, which the journal keeps for itself.
    const outcome = await about(RESTORE, dir, heard);
    expect({ ...ended(outcome), type: eventsOf(outcome.stdout).at(-1)?.type }).toMatchObject({
      code: 7,
      type: "execution.ended",
      next: ["make room, then:", `vulcan-ops resume ${idOf(outcome)} --state-dir ${dir}`],
    });
    disk.grow();
    await goesOn(outcome, RESTORE, dir);
    disk.close();
  });
});

/** The last record is the END that was told, and what it changed for the run is back. */
async function endsOnRecord(outcome: Outcome, dir: string): Promise<void> {
  const { code, next } = ended(outcome);
  const { events } = await loadJournal(dir, idOf(outcome));
  expect(events.at(-1)).toEqual(eventsOf(outcome.stdout).at(-1));
  expect({ code, exitCode: (events.at(-1) as ExecutionEnded).exitCode }).toEqual({ code, exitCode: code });
  expect([7, 11]).toContain(code);
  expect(next[0]).toBe("make room, then:");
  // Where all was put back, nothing is left to resume.
  expect(next[1]).toMatch(new RegExp(`^(vulcan-ops resume ${idOf(outcome)} --state-dir ${dir}|${RUN_AGAIN})$`));
  expect(readdirSync(join(dir, "executions"))).toEqual([`${idOf(outcome)}.jsonl`]);
}

async function goesOn(outcome: Outcome, words: readonly string[], dir: string): Promise<void> {
  const [, typed = ""] = ended(outcome).next;
  const line = typed.replace(` --state-dir ${dir}`, "");
  if (line === RUN_AGAIN) {
    // All was put back. At once the window would be refused, since its single task was busy: it begins another day.
    expect(rig.sandbox.state().services[0]).toMatchObject({ desired: 3, taskDefinition: "vulcan-prod:42" });
    await rig.sandbox.reset("major-release");
  }
  const argv = line === RUN_AGAIN ? words : [...line.split(" ").slice(1), ...answersOf(words)];
  const again = await about(argv, dir);
  expect(ended(again)).toMatchObject({ code: 0 });
}

/** Takes all that is left of a disk. */
function fill(path: string): void {
  for (let size = 4096; size >= 1; size /= 2) {
    try {
      for (;;) appendFileSync(path, Buffer.alloc(size));
    } catch {
      // less of it, then
    }
  }
}
