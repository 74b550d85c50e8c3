import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as fc from "fast-check";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { clockFile } from "../../src/sandbox/clock/clock-file.ts";
import { EventQueue } from "../../src/sandbox/clock/event-queue.ts";
import { type ClockReading, VirtualClock } from "../../src/sandbox/clock/virtual-clock.ts";

beforeEach(() => void vi.useFakeTimers({ now: 1_000_000 }));
afterEach(() => void vi.useRealTimers());

const makeClock = (speed: number) => {
  const readings: ClockReading[] = [];
  const clock = new VirtualClock(
    speed,
    (reading) => readings.push(reading),
    (error) => {
      throw error;
    },
  );
  return { clock, readings };
};

/** What a client in another process works out. */
const elsewhere = ({ virtual, real, rate }: ClockReading): number => virtual + (Date.now() - real) * rate;

test("events come out by time, and at the same time in the order they went in", async () => {
  await fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 20 })), (dues) => {
      const queue = new EventQueue();
      const out: [number, number][] = [];
      for (const [index, due] of dues.entries()) queue.add(due, () => out.push([due, index]));
      for (let event = queue.takeDue(20); event !== undefined; event = queue.takeDue(20)) event.run();
      expect(out).toEqual(
        dues.map((due, index) => [due, index]).sort(([a = 0, i = 0], [b = 0, j = 0]) => a - b || i - j),
      );
    }),
  );
});

test("virtual time runs at its rate and a chain of delays does not drift", () => {
  const { clock } = makeClock(60);
  const times: number[] = [];
  const step = (): void => {
    times.push(clock.now() - 1_000_000);
    if (times.length < 5) clock.after(10_000, step);
  };
  clock.after(10_000, step);
  vi.advanceTimersByTime(1000);
  expect(times).toEqual([10_000, 20_000, 30_000, 40_000, 50_000]);
  expect(clock.now()).toBe(1_060_000);
  expect(vi.getTimerCount()).toBe(0);
});

test("time stands still until every pause has been resumed, and nothing falls due meanwhile", () => {
  const { clock, readings } = makeClock(10);
  const run = vi.fn();
  clock.after(1000, run);
  clock.pause();
  clock.pause();
  vi.advanceTimersByTime(5000);
  clock.resume();
  vi.advanceTimersByTime(5000);
  expect(clock.now()).toBe(1_000_000);
  expect(elsewhere(readings.at(-1) as ClockReading)).toBe(1_000_000);
  clock.resume();
  vi.advanceTimersByTime(100);
  expect(run).toHaveBeenCalledOnce();
  expect(elsewhere(readings.at(-1) as ClockReading)).toBe(clock.now());
  expect(readings.map(({ rate }) => rate)).toEqual([10, 0, 10]);
});

test("what is due at the instant of a pause still happens, what is due later does not", () => {
  const { clock } = makeClock(10);
  const happened: string[] = [];
  clock.after(500, () => {
    clock.pause();
    happened.push("pause");
  });
  clock.after(500, () => happened.push("same instant"));
  clock.after(501, () => happened.push("later"));
  vi.advanceTimersByTime(1000);
  expect(happened).toEqual(["pause", "same instant"]);
});

test("each virtual instant has its last real one, through pauses, and none before the restart", () => {
  const { clock } = makeClock(10);
  const zero = Date.now();
  vi.advanceTimersByTime(100);
  clock.pause();
  vi.advanceTimersByTime(50);
  clock.resume();
  vi.advanceTimersByTime(100);
  expect(clock.realAt(clock.zero + 500)).toBe(zero + 50);
  expect(clock.realAt(clock.zero + 1000)).toBe(zero + 150);
  expect(clock.realAt(clock.zero + 1500)).toBe(zero + 200);
  expect(clock.realAt(clock.zero - 1500)).toBe(zero);
  vi.advanceTimersByTime(100);
  clock.restart();
  expect(clock.realAt(clock.now())).toBe(Date.now());
});

test("whatever shows up to an instant happened by its real one, and whatever shows more did not", () => {
  return fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 300 }),
      fc.array(fc.tuple(fc.integer({ min: 0, max: 400 }), fc.boolean()), { minLength: 1, maxLength: 20 }),
      fc.nat(19),
      (speed, steps, pick) => {
        const { clock } = makeClock(speed);
        const shown = steps.map(([ms, paused]) => {
          vi.advanceTimersByTime(ms);
          if (paused) clock.pause();
          else clock.resume();
          return { virtual: clock.now(), real: Date.now() };
        });
        const target = shown[pick % shown.length]?.virtual ?? 0;
        vi.advanceTimersByTime(1);
        for (const { virtual, real } of shown) expect(real <= clock.realAt(target)).toBe(virtual <= target);
        clock.stop();
      },
    ),
  );
});

test("a cancelled event does not run", () => {
  const { clock } = makeClock(10);
  const run = vi.fn();
  clock.after(10, run)();
  vi.advanceTimersByTime(100);
  expect(run).not.toHaveBeenCalled();
});

test("the clock file holds the last reading and nothing beside it is left", () => {
  const folder = mkdtempSync(join(tmpdir(), "clock-test-"));
  const path = join(folder, "clock.json");
  const publish = clockFile(path);
  publish({ virtual: 1, real: 2, rate: 60 });
  publish({ virtual: 5, real: 6, rate: 0 });
  expect(JSON.parse(readFileSync(path, "utf8"))).toEqual({ virtual: 5, real: 6, rate: 0 });
  rmSync(folder, { recursive: true });
});

test("sets no timer once it has stopped, whatever ends late: the process of a rehearsal has to end", () => {
  const clock = new VirtualClock(
    60,
    () => undefined,
    () => undefined,
  );
  let ran = false;
  clock.pause();
  clock.stop();
  clock.at(clock.now(), () => {
    ran = true;
  });
  clock.resume();
  vi.advanceTimersByTime(1000);
  expect(ran).toBe(false);
});
