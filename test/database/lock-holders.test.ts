import { describe, expect, it } from "vitest";
import { involved } from "../../src/database/lock-holders.ts";
import { otherLocksText, splitByConcern } from "../../src/domain/database/locks.ts";

const lock = (over = {}) => ({
  kind: "relation",
  table: "migrations",
  key: null,
  mode: "RowExclusiveLock",
  granted: true,
  watched: true,
  ...over,
});
const session = (pid: number, locks: object[], behind: number[] = []) => ({
  pid,
  user: "app",
  application: `app-${pid}`,
  address: "10.0.0.1",
  state: "active",
  since: new Date("2026-04-10T00:00:00Z"),
  seconds: 3.4,
  locks,
  behind,
});
const pids = (rows: Parameters<typeof involved>[0]) => involved(rows).map(({ pid }) => pid);
const other = { table: "documents", watched: false };

describe("who blocks whom", () => {
  it("leaves out readers of the table, and those who wait for each other elsewhere", () => {
    const elsewhere = session(3, [lock({ ...other, granted: false })], [4]);
    expect(pids([session(1, [lock({ mode: "AccessShareLock" })]), elsewhere, session(4, [lock(other)])])).toEqual([]);
  });

  it("leaves out a vacuum of the table, unless a migration waits for it", () => {
    const vacuum = session(1, [lock({ mode: "ShareUpdateExclusiveLock" })]);
    expect(pids([vacuum])).toEqual([]);
    const found = involved([vacuum, session(2, [lock({ mode: "AccessExclusiveLock", granted: false })], [1])]);
    expect(found.map(({ pid, isMigrating }) => [pid, isMigrating])).toEqual([
      [1, false],
      [2, false],
    ]);
  });

  it("follows the queue to its head", () => {
    const advisory = { kind: "advisory", table: null, key: "7", mode: "ExclusiveLock" };
    const rows = [
      session(1, [lock(other)]),
      session(2, [lock({ ...other, granted: false })], [1]),
      session(3, [lock(advisory), lock({ ...other, granted: false })], [2]),
      session(4, [lock({ ...advisory, granted: false })], [3, 3]),
    ];
    const found = involved(rows);
    expect(found.map(({ pid, isMigrating, behind }) => [pid, isMigrating, behind])).toEqual([
      [1, false, []],
      [2, false, [1]],
      [3, true, [2]],
      [4, false, [3]],
    ]);
    expect(found[3]?.waitsFor).toEqual({ on: "advisory lock 7", mode: "ExclusiveLock" });
  });

  it("names a reader that is in the way of a change of the table itself", () => {
    const rows = [
      session(1, [lock({ mode: "AccessShareLock" })]),
      session(2, [lock({ mode: "AccessExclusiveLock", granted: false })], [1]),
    ];
    expect(pids(rows)).toEqual([1, 2]);
  });

  it("a lock of another key is no migration's: its holder and who awaits it come last, and concern no migration", () => {
    const queue = { kind: "advisory", table: null, key: "770, 1", mode: "ExclusiveLock", watched: false };
    const rows = [
      session(1, [lock(queue)]),
      session(2, [lock({ ...queue, granted: false })], [1]),
      session(3, [lock()]),
      // A job queue that is in the way of a migration concerns it.
      session(4, [lock(queue), lock({ mode: "AccessShareLock" })]),
      session(5, [lock({ mode: "AccessExclusiveLock", granted: false })], [4]),
    ];
    const found = involved(rows);
    expect(found.map(({ pid, isMigrating, isOtherLock }) => [pid, isMigrating, isOtherLock])).toEqual([
      [3, true, undefined],
      [4, false, undefined],
      [5, false, undefined],
      [1, false, true],
      [2, false, true],
    ]);
    const { concerned, others } = splitByConcern(found);
    expect([concerned, others].map((some) => some.map(({ pid }) => pid))).toEqual([
      [3, 4, 5],
      [1, 2],
    ]);
    expect(otherLocksText(others)).toBe(
      "advisory locks not known to be a migration's: app-1 (PID 1) 770, 1, app-2 (PID 2)",
    );
  });

  it("says what this user may not see by leaving it out, and makes names safe to show", () => {
    const hidden = { ...session(1, [lock()]), state: null, since: null, seconds: null, address: null };
    expect(involved([{ ...hidden, application: "x\u001b[2J", user: null }])).toEqual([
      {
        pid: 1,
        application: "x\\u{1b}[2J",
        user: "",
        holds: [{ on: "migrations", mode: "RowExclusiveLock" }],
        behind: [],
        isMigrating: true,
      },
    ]);
  });
});
