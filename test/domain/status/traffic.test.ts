import { describe, expect, it } from "vitest";
import {
  cameWithRelease,
  isSilent,
  judgeTraffic,
  type TrafficMinute,
  trafficSpan,
} from "../../../src/domain/status/traffic.ts";
import { percent, sinceText, trafficText } from "../../../src/domain/status/traffic-text.ts";

const NOW = Date.parse("2026-04-10T03:41:07Z");
const MINUTE = 60_000;
const RELEASE = { taskDefinition: "vulcan-prod:43", at: "2026-04-10T03:24:40.000Z" };
const name = () => "1.43.0 (:43)";

/** One minute each from `back` minutes ago to now; `failed` of `requests` by the minutes that have passed until now. */
function minutes(back: number, failedAt: (ago: number) => number, requests = 600): TrafficMinute[] {
  return Array.from({ length: back + 1 }, (_, index) => {
    const ago = back - index;
    return { at: Math.floor(NOW / MINUTE) * MINUTE - ago * MINUTE, requests, failed: failedAt(ago), p95: 80 + ago };
  });
}

const judge = (points: readonly TrafficMinute[], release = RELEASE) => judgeTraffic(points, NOW, release);

describe("the minutes that are read", () => {
  it.each<[string, number | undefined, number]>([
    ["an hour and the last minutes, where no release came", undefined, 65],
    ["as many where the release is young", NOW - 10 * MINUTE, 65],
    ["half an hour before the release", NOW - 60 * MINUTE, 90],
    ["not all since a release of long ago", NOW - 6000 * MINUTE, 65],
  ])("%s", (_name, releaseAt, back) => {
    const { from, to } = trafficSpan(NOW, releaseAt);
    expect((to - from) / MINUTE).toBe(back + 1);
  });
});

describe("errors", () => {
  it("are none where few requests fail, as before", () => {
    const found = judge(minutes(64, () => 1));
    expect(found.errors).toBeUndefined();
    expect(found.now).toMatchObject({ requests: 3600, failed: 6 });
    expect(trafficText(found)).toMatch(/^5xx 0\.2 %, p95 83 ms in 5 min; before 0\.2 %, \d+ ms$/);
  });

  it("that begin after the release's first task are its own: a rollback may help", () => {
    const found = judge(minutes(64, (ago) => (ago <= 13 ? 200 : 1)));
    expect(found.errors).toEqual({ since: "2026-04-10T03:28:00.000Z", minutesAfterRelease: 4 });
    expect(cameWithRelease(found)).toBe(true);
    expect(found.before.errorPercent).toBeLessThan(1);
    expect(sinceText(found, name)).toBe("Errors began 03:28Z, 4 min after :43's first task.");
  });

  it("that were there before the release are not: a rollback is unlikely to help", () => {
    const found = judge(minutes(64, (ago) => (ago <= 28 ? 200 : 1)));
    expect(cameWithRelease(found)).toBe(false);
    expect(sinceText(found, name)).toBe("Errors began 03:13Z, 11 min before :43: a rollback is unlikely to help.");
  });

  it("that were there when the first minute was read began at a time that is not known", () => {
    const all = judge(minutes(65, () => 200));
    expect(all.errors?.since).toBeUndefined();
    expect(sinceText(all, name)).toBe("Errors began more than 48 min before :43: a rollback is unlikely to help.");
    expect(
      judgeTraffic(
        minutes(65, () => 200),
        NOW,
        undefined,
      ).errors,
    ).toEqual({});
  });

  it("one good minute among failing ones does not begin them anew; two do", () => {
    expect(judge(minutes(64, (ago) => (ago <= 13 && ago !== 6 ? 200 : 1))).errors?.minutesAfterRelease).toBe(4);
    expect(judge(minutes(64, (ago) => (ago <= 13 && ago !== 6 && ago !== 7 ? 200 : 1))).errors?.since).toBe(
      "2026-04-10T03:36:00.000Z",
    );
  });

  it.each([1, 2])("%i failed requests of a few are chance", (failed) => {
    expect(judge([{ at: NOW - MINUTE, requests: 12, failed }]).errors).toBeUndefined();
  });

  it("long after a release have another cause", () => {
    const old = { ...RELEASE, at: "2026-04-04T03:41:00.000Z" };
    const found = judge(
      minutes(64, (ago) => (ago <= 13 ? 200 : 1)),
      old,
    );
    expect(sinceText(found, name)).toBe("Errors began 03:28Z, 6 days after :43: a rollback is unlikely to help.");
  });
});

describe("no requests", () => {
  it("say nothing of a release, and nor do a few", () => {
    expect(isSilent(judge([]))).toBe(true);
    expect(trafficText(judge([]))).toBe("no requests in 5 min; none before");
    const few = judge([{ at: NOW - MINUTE, requests: 3, failed: 0 }]);
    expect(isSilent(few)).toBe(true);
    expect(trafficText(few)).toBe("only 3 requests in 5 min; none before");
    expect(trafficText(null)).toBe("not measured: no load balancer counts requests");
  });
});

it.each([
  [undefined, "?"],
  [0, "0 %"],
  [0.14, "0.1 %"],
  [33.3, "33 %"],
])("%s is written %s", (value, text) => {
  expect(percent(value)).toBe(text);
});
