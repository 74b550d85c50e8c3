import { setTimeout as delay } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { type RecordPlace, TargetLock } from "../../../src/app/execution/target-lock.ts";
import { OpsError } from "../../../src/domain/error.ts";
import type { LockHolder, SharedHolder, SharedLock } from "../../../src/domain/lock.ts";
import { limitAtLeast } from "../../../src/domain/time-limit.ts";
import type { Lock } from "../../../src/journal/lock-file.ts";

const holder = (execution: string): LockHolder => ({
  execution,
  command: "rollback",
  operator: "kim",
  host: "here",
  since: "2026-04-10T12:00:00.000Z",
});

type Parts = ConstructorParameters<typeof TargetLock>[0];

/** The lock of an execution that nobody else has on this machine, and that answers each question with no. */
const lockWith = (parts: Partial<Parts> & Pick<Parts, "shared">): TargetLock =>
  new TargetLock({
    holder: holder("mine"),
    local: { taker: async () => undefined, release: async () => undefined },
    takenOverFrom: [],
    clock: { now: () => Date.parse(EARLIER), sleep: async () => undefined },
    ask: async () => ({ yes: false }) as never,
    note: () => undefined,
    isGone: async () => false,
    lastShared: async () => undefined,
    placeOf: async () => "elsewhere",
    isRecorded: async () => true,
    isContinued: false,
    ...parts,
  });

it("is lost to whoever takes it over on this machine while the shared lock is still waited for", async () => {
  let answer: (found: SharedHolder) => void = () => undefined;
  let taker: LockHolder | undefined;
  const mine = holder("mine");
  const lock = lockWith({
    holder: mine,
    local: { taker: async () => taker, release: async () => undefined } as unknown as Lock,
    shared: {
      claim: () =>
        new Promise<SharedHolder>((resolve) => {
          answer = resolve;
        }),
      isSame: (one, other) => one.execution === other.execution,
      read: async () => mine,
      replace: async () => undefined,
      remove: async () => undefined,
    },
    takenOverFrom: [],
    clock: { now: () => Date.parse(mine.since), sleep: async () => undefined },
    ask: async () => ({ yes: false }) as never,
  });
  const held = lock.assertHeld();
  await Promise.resolve();
  taker = holder("other");
  answer(mine);
  await expect(held).rejects.toMatchObject({ exitCode: 5, detail: { code: "lock-lost" } });
});

it.each([
  ["this machine's was taken over", [holder("other")], true],
  ["no question was asked", [], false],
])(
  "what was read before the lock was ours is read again where a question took its time: %s",
  async (_, takenOverFrom, wasAsked) => {
    const lock = lockWith({
      shared: parameter(undefined).shared,
      takenOverFrom,
    });
    expect(await lock.acquired()).toBe(wasAsked);
  },
);

/** A lock that somebody else holds, whose answer comes `after` that. The next one takes it over. */
function answeredAfter(after: () => Promise<unknown>): TargetLock {
  const other = parameter(holder("other")).shared;
  return lockWith({
    shared: { ...other, claim: (mine) => after().then(() => other.claim(mine)) },
    ask: async () => ({ yes: true }) as never,
  });
}

it("an answer that came while the machine stood still is read before the first prompt does without it", async () => {
  const lock = answeredAfter(async () => {
    // As a socket's answer, it takes turns of the event loop: what is due by time comes first.
    for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve));
  });
  const acquired = lock.acquired();
  const until = Date.now() + 1100;
  while (Date.now() < until);
  expect(await acquired).toBe(true);
});

it("an answer of a network that the operator calls slow is waited for, as each read is", async () => {
  limitAtLeast(30_000);
  const patient = answeredAfter(() => delay(1500)).acquired();
  limitAtLeast(0);
  const usual = answeredAfter(() => new Promise(() => undefined)).acquired();
  expect(await Promise.all([patient, usual])).toEqual([true, false]);
});

type Call = "claim" | "read" | "replace" | "remove";

/** The parameter, and what becomes of each call in turn: it works, it fails before its effect, or after it. */
function parameter(present: SharedHolder | undefined, fates: Partial<Record<Call, readonly Fate[]>> = {}) {
  const state = { holder: present };
  const left: Record<string, Fate[]> = Object.fromEntries(Object.entries(fates).map(([call, all]) => [call, [...all]]));
  const pass = async <T>(call: Call, work: () => T): Promise<T> => {
    const fate = left[call]?.shift();
    if (fate !== undefined && fate !== "lost") throw failure(fate);
    const result = work();
    if (fate === "lost") throw failure("reset");
    return result;
  };
  const put = (holder: SharedHolder | undefined) => {
    state.holder = holder;
  };
  const shared: SharedLock = {
    claim: (holder) => pass("claim", () => (state.holder ??= holder)),
    read: () => pass("read", () => state.holder),
    isSame: (one, other) => JSON.stringify(one) === JSON.stringify(other),
    replace: (holder) => pass("replace", () => put(holder)),
    remove: () => pass("remove", () => put(undefined)),
  };
  return { state, shared };
}

type Fate = "throttled" | "refused" | "reset" | "lost";

function failure(fate: Fate): OpsError {
  const code = { throttled: "aws-throttled", refused: "aws-refused", reset: "aws-silent", lost: "aws-silent" }[fate];
  const effect = fate === "reset" ? "unknown" : "none";
  return new OpsError({ code, exitCode: 1, fault: "remote", message: `AWS: ${fate}`, effect });
}

const EARLIER = "2026-04-10T11:00:00.000Z";
const FOREVER: readonly Fate[] = Array.from({ length: 9 }, () => "throttled");

it("is read again before a write though its answer came late: another operator may have taken it over since", async () => {
  const mine = holder("mine");
  const { state, shared } = parameter(undefined);
  let answer: () => void = () => undefined;
  const answered = new Promise<void>((resolve) => {
    answer = resolve;
  });
  const lock = lockWith({
    holder: mine,
    shared: { ...shared, claim: (own) => answered.then(() => shared.claim(own)) },
  });
  // The question is shown without it.
  await lock.acquired();
  answer();
  await expect.poll(() => state.holder).toEqual(mine);
  state.holder = { ...holder("other"), tookOverFrom: "mine" };
  await expect(lock.assertHeld()).rejects.toMatchObject({ exitCode: 5, detail: { code: "lock-lost" } });
});

describe("at the end of an execution, its shared lock", () => {
  const mine = holder("mine");
  const BEFORE: SharedHolder = { ...mine, since: EARLIER };

  /** One life of the execution: it takes the lock, ends, and says what stays of it. */
  async function lived({ shared }: ReturnType<typeof parameter>, isContinued: boolean) {
    const notes: string[] = [];
    const lock = new TargetLock({
      holder: mine,
      local: { taker: async () => undefined, release: async () => undefined },
      shared,
      takenOverFrom: [],
      clock: { now: () => Date.parse(mine.since), sleep: async () => undefined },
      lastShared: async () => undefined,
      placeOf: async () => "elsewhere",
      ask: async () => ({ yes: false }) as never,
      note: (text) => notes.push(text),
      isGone: async () => false,
      isRecorded: async () => true,
      isContinued,
    });
    await lock.acquired();
    lock.flushNotices();
    const left = await lock.freeShared();
    await lock.release();
    return { left, notes };
  }

  const KEPT = { kind: "lock", now: "held by execution mine", command: "vulcan-ops unlock mine" };
  const PERHAPS = { ...KEPT, now: "perhaps held by execution mine, not read" };

  it.each([
    ["read", ["throttled"]],
    ["remove", ["throttled", "reset"]],
    ["remove", ["lost"]],
  ] as const)("goes also where AWS fails to %s it for a moment (%j)", async (call, fates) => {
    const target = parameter(undefined, { [call]: fates });
    expect(await lived(target, false)).toEqual({ left: [], notes: [] });
    expect(target.state.holder).toBeUndefined();
  });

  it.each([
    ["removed", { remove: FOREVER }, KEPT],
    ["removed, by its rights", { remove: ["refused"] }, KEPT],
    ["removed, and then not even read", { remove: ["throttled"], read: [undefined, ...FOREVER] as never }, KEPT],
    ["read", { read: FOREVER }, PERHAPS],
    ["read, and whose claim had no answer", { claim: ["lost"], read: FOREVER }, PERHAPS],
  ] as const)("that cannot be %s is named, with what frees it", async (_how, fates, expected) => {
    const target = parameter(undefined, fates);
    expect((await lived(target, false)).left).toMatchObject([expected]);
    expect(target.state.holder).toEqual(mine);
  });

  it.each(["throttled", "refused"] as const)(
    "goes where an earlier process has left it and this one could not take it (%s)",
    async (fate) => {
      const target = parameter(BEFORE, { claim: [fate] });
      const { left, notes } = await lived(target, true);
      expect(left).toEqual([]);
      expect(notes).toEqual([expect.stringContaining("Not shared")]);
      expect(target.state.holder).toBeUndefined();
    },
  );

  it("goes where an earlier process has left it, and it could not be put in this one's name", async () => {
    const target = parameter(BEFORE, { replace: ["throttled"] });
    expect((await lived(target, true)).left).toEqual([]);
    expect(target.state.holder).toBeUndefined();
  });

  it("of an earlier process is named where nothing tells whether it is there", async () => {
    const target = parameter(BEFORE, { claim: ["throttled"], read: FOREVER });
    expect((await lived(target, true)).left).toMatchObject([PERHAPS]);
  });

  it("of an earlier process that had taken over becomes the note for whom it took it from", async () => {
    const target = parameter({ ...BEFORE, tookOverFrom: "other" }, { claim: ["throttled"] });
    expect((await lived(target, true)).left).toEqual([]);
    expect(target.state.holder).toMatchObject({ tookOverFrom: "other", released: true });
  });

  it.each([
    ["another execution", { ...holder("other"), since: EARLIER }],
    ["a later process of it", { ...mine, since: "2026-04-10T13:00:00.000Z" }],
    ["a process of it on another machine", { ...BEFORE, host: "there" }],
  ])("stays where %s holds it", async (_who, present) => {
    const target = parameter(present, { claim: ["throttled"] });
    const { left, notes } = await lived(target, true);
    expect(left).toEqual([]);
    expect(target.state.holder).toEqual(present);
    expect(notes.some((note) => note.includes("vulcan-ops unlock mine"))).toBe(present.execution === "mine");
  });

  it("is not looked for where AWS lets these credentials neither take nor read it", async () => {
    const target = parameter(undefined, { claim: ["refused"], read: ["refused"] });
    expect((await lived(target, true)).left).toEqual([]);
  });
});

describe("an execution whose records are on this machine only", () => {
  const mine = holder("mine");

  function lockAt({ shared }: ReturnType<typeof parameter>, takesOver = false) {
    return new TargetLock({
      holder: mine,
      local: { taker: async () => undefined, release: async () => undefined },
      shared,
      takenOverFrom: [],
      clock: { now: () => Date.parse(mine.since), sleep: async () => undefined },
      lastShared: async () => undefined,
      placeOf: async () => "elsewhere",
      ask: async () => ({ yes: takesOver }) as never,
      note: () => undefined,
      isGone: async () => false,
      isRecorded: async () => true,
      isContinued: false,
    });
  }

  it("says so in its lock, also where that was known before the lock was", async () => {
    const place = parameter(undefined);
    const lock = lockAt(place);
    await lock.markUnshared();
    await lock.assertHeld();
    expect(place.state.holder).toEqual({ ...mine, isUnshared: true });
    await lock.assertHeld();
    await lock.release();
    expect(place.state.holder).toBeUndefined();
  });

  it("never writes over the lock of another execution, which was not asked for", async () => {
    const other: SharedHolder = holder("other");
    const place = parameter(other);
    const lock = lockAt(place);
    await lock.markUnshared();
    await expect(lock.assertHeld()).rejects.toMatchObject({ exitCode: 3 });
    expect(place.state.holder).toEqual(other);
  });

  it("leaves the lock to the execution that has taken it over since", async () => {
    const place = parameter(undefined);
    const lock = lockAt(place);
    await lock.assertHeld();
    place.state.holder = holder("other");
    await lock.markUnshared();
    expect(place.state.holder).toEqual(holder("other"));
  });
});

describe("a lock that is taken over", () => {
  const first: SharedHolder = { ...holder("mine"), host: "there", since: EARLIER };

  function taker({ shared }: ReturnType<typeof parameter>, lastShared: string | undefined) {
    return new TargetLock({
      holder: holder("mine"),
      local: { taker: async () => undefined, release: async () => undefined },
      shared,
      takenOverFrom: [],
      clock: { now: () => Date.parse(EARLIER), sleep: async () => undefined },
      lastShared: async () => lastShared,
      placeOf: async () => "elsewhere",
      ask: async () => ({ yes: true }) as never,
      note: () => undefined,
      isGone: async () => false,
      isRecorded: async () => true,
      isContinued: true,
    });
  }

  it("from another process of the execution stays that one's until the shared journal has a record of this one", async () => {
    const place = parameter(first);
    const refused = taker(place, EARLIER);
    await refused.acquired();
    await refused.release();
    expect(place.state.holder).toEqual(first);
    const lock = taker(place, EARLIER);
    await lock.acquired();
    expect(place.state.holder).toEqual(first);
    await lock.recorded();
    expect(place.state.holder).toEqual({ ...holder("mine"), tookOverFrom: "mine" });
  });

  it("after another one had taken it over keeps the note for the execution that has not seen it yet", async () => {
    const place = parameter({ ...holder("other"), tookOverFrom: "displaced", released: true });
    const lock = taker(place, undefined);
    await lock.acquired();
    await lock.release();
    expect(place.state.holder).toEqual({ ...holder("mine"), tookOverFrom: "displaced", released: true });
  });
});

describe("the lock of a target where executions have left records on their machines only", () => {
  const records = (execution: string, host = "laptop") => ({ execution, operator: "kim", host, to: 9 });
  const left: SharedHolder = { ...holder("left"), released: true, left: [records("left")] };

  function next(
    { shared }: ReturnType<typeof parameter>,
    more: { place?: RecordPlace; yes?: boolean; id?: string; isRescue?: boolean; onAsk?: () => void } = {},
  ) {
    const asked: unknown[] = [];
    const notes: string[] = [];
    const lock = new TargetLock({
      holder: { ...holder(more.id ?? "mine"), machine: "m2" },
      local: { taker: async () => undefined, release: async () => undefined },
      shared,
      takenOverFrom: [],
      clock: { now: () => Date.parse(EARLIER), sleep: async () => undefined },
      lastShared: async () => undefined,
      placeOf: async () => more.place ?? "elsewhere",
      ask: async (question) => {
        asked.push(question);
        more.onAsk?.();
        return { yes: more.yes === true } as never;
      },
      note: (text) => notes.push(text),
      isGone: async () => more.onAsk === undefined,
      isRecorded: async () => true,
      isRescue: more.isRescue === true,
      isContinued: false,
    });
    return { lock, asked, notes };
  }

  async function lived(place: ReturnType<typeof parameter>, more: Parameters<typeof next>[1] = {}) {
    const one = next(place, more);
    await one.lock.acquired();
    one.lock.flushNotices();
    await one.lock.release();
    return one;
  }

  it("says so after their ends, each beside the other", async () => {
    const place = parameter(undefined);
    for (const [id, host] of [
      ["one", "laptop"],
      ["two", "desk"],
    ] as const) {
      const { lock } = next(place, { id, yes: true });
      await lock.assertHeld();
      lock.leavesUnshared(9);
      await lock.freeShared();
      await lock.release();
      expect(place.state.holder?.left?.at(-1), host).toMatchObject({ execution: id, to: 9 });
    }
    expect(place.state.holder).toMatchObject({ released: true, left: [{ execution: "one" }, { execution: "two" }] });
  });

  it("asks the next one on another machine, once for all, and stays for the one after it", async () => {
    const both: SharedHolder = { ...left, left: [records("left"), records("later", "desk")] };
    const place = parameter(both);
    const refused = next(place);
    await expect(refused.lock.acquired()).rejects.toMatchObject({ exitCode: 3 });
    await refused.lock.release();
    expect(place.state.holder).toEqual(both);
    const { asked } = await lived(place, { yes: true });
    expect(asked).toEqual([{ kind: "withoutRecords", records: both.left, isSame: false, text: "later" }]);
    expect(place.state.holder).toMatchObject({ execution: "mine", released: true, left: both.left });
  });

  it("is said to a rescue, and not asked", async () => {
    const place = parameter(left);
    const { asked, notes } = await lived(place, { isRescue: true });
    expect(asked).toEqual([]);
    expect(notes).toEqual([
      expect.stringMatching(/^The last records of execution left are on laptop only \(kim@laptop\)/),
    ]);
    expect(place.state.holder?.left).toEqual(left.left);
  });

  it("is asked of a rescue that continues the very execution", async () => {
    const { asked } = await lived(parameter(left), { isRescue: true, id: "left", yes: true });
    expect(asked).toMatchObject([{ kind: "withoutRecords", isSame: true, text: "left" }]);
  });

  it("asks nothing once the records are shared", async () => {
    const place = parameter(left);
    const { asked } = await lived(place, { place: "shared" });
    expect([asked, place.state.holder]).toEqual([[], undefined]);
  });

  it("asks nothing on the machine that has them, and stays for the others", async () => {
    const place = parameter(left);
    const { asked } = await lived(place, { place: "here" });
    expect([asked, place.state.holder?.left]).toEqual([[], left.left]);
  });

  it("is over once the execution itself is continued without them", async () => {
    const place = parameter(left);
    await lived(place, { yes: true, id: "left" });
    expect(place.state.holder).toBeUndefined();
  });

  it("stays with the execution that took the target while a person thought about it", async () => {
    const place = parameter({ ...holder("other"), host: "laptop" });
    const taker = { ...holder("third"), host: "desk" };
    const { lock } = next(place, {
      yes: true,
      onAsk: () => {
        place.state.holder = taker;
      },
    });
    await expect(lock.assertHeld()).rejects.toMatchObject({ detail: { code: "lock-lost" } });
    expect(place.state.holder).toEqual(taker);
  });

  it("outlives a process that dies while it holds the lock", async () => {
    const place = parameter(left);
    const { lock } = next(place, { yes: true });
    await lock.assertHeld();
    const { asked } = await lived(place, { id: "third", yes: true });
    expect(asked).toMatchObject([{ kind: "withoutRecords", text: "left" }]);
    expect(place.state.holder?.left).toEqual(left.left);
  });
});
