import { expect, it } from "vitest";
import { TargetLock } from "../../../src/app/execution/target-lock.ts";
import type { LockHolder, SharedHolder } from "../../../src/domain/lock.ts";
import type { Lock } from "../../../src/journal/lock-file.ts";

const holder = (execution: string): LockHolder => ({
  execution,
  command: "rollback",
  operator: "kim",
  host: "here",
  since: "2026-04-10T12:00:00.000Z",
});

it("is lost to whoever takes it over on this machine while the shared lock is still waited for", async () => {
  let answer: (found: SharedHolder) => void = () => undefined;
  let taker: LockHolder | undefined;
  const mine = holder("mine");
  const lock = new TargetLock({
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
    note: () => undefined,
    isGone: async () => false,
    lastShared: async () => undefined,
    isRecorded: async () => true,
  });
  const held = lock.assertHeld();
  await Promise.resolve();
  taker = holder("other");
  answer(mine);
  await expect(held).rejects.toMatchObject({ exitCode: 5, detail: { code: "lock-lost" } });
});
