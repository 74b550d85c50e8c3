import { appendFileSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { RUN_AGAIN } from "../../src/domain/error.ts";
import type { ExecutionEnded } from "../../src/domain/execution-event.ts";
import { loadJournal } from "../../src/journal/journal-file.ts";
import { sample } from "../support/sample.ts";
import { eventsOf, mutations, type Outcome, openRig, type Rig, vulcanOps } from "../support/sandbox-harness.ts";
import { smallDisk } from "../support/small-disk.ts";
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
const UPGRADE = [
  ...["upgrade", "--image", "111122223333.dkr.ecr.eu-west-1.amazonaws.com/vulcan:2.0.0", "--watch", "15m"],
  ...["--yes", "--confirm", "2.0.0", "--expect-current", "42"],
];
const ALERTS = ["alerts", "--topic", "arn:aws:sns:eu-west-1:111122223333:vulcan-prod-alerts", "--yes"];
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

const disk = smallDisk();
afterAll(() => disk?.close());

const AWS_LINE = /Next {6}Add to the same command: --state-dir [\s\S]*\n {12}aws [a-z-]+ [a-z-]+ /;

/** Kilobytes of a block: a file that is mounted has blocks of 1 KB, memory has pages of 4 KB. */
const step = disk?.block ?? 1;
const kilobytes = (from: number, to: number, by: number) =>
  Array.from({ length: to }, (_, index) => index + 1).filter((size) => size >= from && size % by === 0);

/** The journal's room alone takes all of them. */
const TOO_SMALL = kilobytes(4, 64, step);
/** From a plan that finds no room to a run that ends well. */
const LARGER = kilobytes(68, 112, 4);

/** With the size at which it stops on the way, for blocks of either size; without one, only disks too small for a journal. */
const PROCEDURES: readonly (readonly [string, string, readonly string[], Partial<Record<number, number>>])[] = [
  ["rollback", "bad-but-healthy", ROLLBACK, { 1: 78, 4: 80 }],
  ["maintenance", "major-release", MAINTENANCE, { 1: 94, 4: 92 }],
  ["migrate down", "bad-but-healthy", DOWN, { 1: 90, 4: 96 }],
  ["restore", "healthy", RESTORE, { 1: 90, 4: 88 }],
];
const FOR_A_JOURNAL_ALONE: typeof PROCEDURES = [
  ["upgrade", "major-release", UPGRADE, {}],
  ["alerts", "breaker-rolls-back", ALERTS, {}],
];

describe.runIf(disk !== undefined)(`a disk that is full, in steps of ${step} KB`, () => {
  it.each([...sample(PROCEDURES, 2), ...sample(FOR_A_JOURNAL_ALONE, 0)])(
    "%s: sends nothing and prints the aws lines; or ends with END in its journal, id and the line to type",
    async (_name, scenario, words, stopsAt) => {
      const stopping = stopsAt[step];
      const larger = stopping === undefined ? [] : [stopping, ...sample(LARGER, 0)];
      for (const size of [...sample(TOO_SMALL, 2, (size) => size === 64), ...larger]) {
        await rig.sandbox.reset(scenario);
        disk?.leave(size);
        const dir = join(disk?.dir ?? "", "state");
        const outcome = await about(words, dir);
        const sent = mutations(rig.sandbox);
        if (size === stopping) expect({ size, code: outcome.code }).not.toMatchObject({ code: 0 });
        if (size !== stopping && outcome.code === 6) {
          expect({ size, sent }).toEqual({ size, sent: [] });
          expect(outcome.stderr).toMatch(AWS_LINE);
          expect(readdirSync(join(dir, "executions"))).toEqual([]);
        } else {
          expect(size).toBeGreaterThan(64);
          await endsOnRecord(outcome, dir);
          disk?.grow();
          if (outcome.code !== 0) await goesOn(outcome, words, dir, scenario);
        }
      }
    },
    1_200_000,
  );

  it("even if others take the room: what was sent ends 7 with END, id and the line to type; with room it goes on", async () => {
    await rig.sandbox.reset("healthy");
    disk?.leave(128);
    const dir = join(disk?.dir ?? "", "state");
    const heard = (text: string): void => {
      if (!text.includes('"type":"step.sent"')) return;
      for (const name of readdirSync(join(dir, "executions")))
        if (name.endsWith(".room")) rmSync(join(dir, "executions", name));
      fill(join(disk?.dir ?? "", "theirs"));
    };
    // A restore has more to record than the rest of a page holds, which the journal keeps for itself.
    const outcome = await about(RESTORE, dir, heard);
    expect({ ...ended(outcome), type: eventsOf(outcome.stdout).at(-1)?.type }).toMatchObject({
      code: 7,
      type: "execution.ended",
      next: ["make room, then:", `vulcan-ops resume ${idOf(outcome)} --state-dir ${dir}`],
    });
    disk?.grow();
    await goesOn(outcome, RESTORE, dir);
  });
});

/** The last record is the END that was told, and what it changed for the run is back. */
async function endsOnRecord(outcome: Outcome, dir: string): Promise<void> {
  const { code, next } = ended(outcome);
  const { events } = await loadJournal(dir, idOf(outcome));
  expect(events.at(-1)).toEqual(eventsOf(outcome.stdout).at(-1));
  expect({ code, exitCode: (events.at(-1) as ExecutionEnded).exitCode }).toEqual({ code, exitCode: code });
  expect(readdirSync(join(dir, "executions"))).toEqual([`${idOf(outcome)}.jsonl`]);
  expect([0, 7, 11]).toContain(code);
  if (code === 0) return;
  expect(next[0]).toBe("make room, then:");
  // Where all was put back, nothing is left to resume.
  expect(next[1]).toMatch(new RegExp(`^(vulcan-ops (resume|undo) ${idOf(outcome)} --state-dir ${dir}|${RUN_AGAIN})$`));
}

/** The line that END names leads to the end, with the answers that it then asks for. */
async function goesOn(outcome: Outcome, words: readonly string[], dir: string, scenario = "healthy"): Promise<void> {
  const [, typed = ""] = ended(outcome).next;
  const line = typed.replace(` --state-dir ${dir}`, "");
  if (line === RUN_AGAIN) {
    expect(rig.sandbox.state().services[0]).toMatchObject({ desired: 3 });
    // At once a window would be refused, since its single task was busy: it begins another day.
    await rig.sandbox.reset(scenario);
  }
  const argv = line === RUN_AGAIN ? words : [...line.split(" ").slice(1), "--yes"];
  const again = await about(argv, dir);
  const [, missing = ""] = /Next +Add to the same command: (.*)$/m.exec(again.stderr) ?? [];
  const flags = [...missing.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain = ""]) => quoted ?? plain);
  const done = again.code === 6 && flags.length > 0 ? await about([...argv, ...flags], dir) : again;
  expect({ ...ended(done), stderr: done.stderr }).toMatchObject({ code: 0 });
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
