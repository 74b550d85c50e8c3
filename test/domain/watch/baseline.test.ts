import { expect, it } from "vitest";
import { candidates, objection, openedAt } from "../../../src/domain/watch/baseline.ts";
import { Ledger } from "../../../src/domain/watch/measurements.ts";
import { minute, START } from "./evidences.ts";

const deployment = (from: number, to?: number) => ({
  name: "vulcan-prod:43",
  from: minute(from),
  ...(to === undefined ? {} : { to: minute(to) }),
});

it("the time before ends at the start, or where the deployments began that led up to it", () => {
  expect(openedAt(START + 999, [])).toBe(START);
  expect(openedAt(START, [deployment(-25, -20)])).toBe(minute(-25));
  expect(openedAt(START, [deployment(-10, -5), deployment(-60, -50), deployment(-300, -290)])).toBe(minute(-60));
  expect(openedAt(START, [deployment(-10)])).toBe(minute(-10));
  expect(openedAt(START, [deployment(-90, -80)])).toBe(START);
});

it("a time with a deployment or an alarm in it is no baseline, and both are named", () => {
  const [hour, day] = candidates(START);
  const nothing = { deployments: [], alarms: [] };
  if (hour === undefined || day === undefined) throw new Error("no candidates");
  expect(objection(hour, nothing)).toBeUndefined();
  expect(objection(hour, { ...nothing, deployments: [deployment(-70, -59)] })).toBe(
    "vulcan-prod:43 was being deployed",
  );
  expect(objection(day, { ...nothing, deployments: [deployment(-70, -59)] })).toBeUndefined();
  expect(objection(hour, { ...nothing, alarms: [{ name: "5xx", from: minute(-5) }] })).toBe("alarm 5xx was firing");
});

it("a minute is corrected for five minutes, then it stands; one that comes later fills its gap and is called late", () => {
  const ledger = new Ledger();
  const read = (at: number, value: number, now: number) =>
    ledger.learn({ cpu: [{ at: minute(at), value }] }, minute(now));
  read(0, 10, 2);
  read(0, 20, 5);
  read(0, 99, 7);
  expect(ledger.measured.cpu).toEqual([{ at: START, value: 20 }]);
  expect(ledger.lateMinutes).toBe(0);
  read(-1, Number.NaN, 3);
  read(-1, 5, 20);
  expect(ledger.measured.cpu?.map(({ value }) => value)).toEqual([5, 20]);
  expect(ledger.lateMinutes).toBe(1);
});
