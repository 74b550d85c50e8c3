import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isLocalWindow, readWindow } from "../../src/domain/local-window.ts";
import { isZone, localClock, locate, momentText, utcOf, wallTimeAt, zoneName } from "../../src/domain/zoned-time.ts";

const ZONES = [
  ...["UTC", "Europe/Berlin", "Europe/Dublin", "America/New_York", "America/St_Johns", "Australia/Lord_Howe"],
  ...["Asia/Kathmandu", "Asia/Kolkata", "Pacific/Apia", "Africa/Casablanca", "Pacific/Chatham"],
];
const FROM = Date.UTC(2020, 0, 1);
const TO = Date.UTC(2040, 0, 1);
const MINUTE = 60_000;

describe("the arithmetic of zones", () => {
  const zone = fc.constantFrom(...ZONES);
  const minute = fc.integer({ min: FROM / MINUTE, max: TO / MINUTE }).map((count) => count * MINUTE);

  it("every instant is among those that its own clock time may mean", () => {
    fc.assert(
      fc.property(zone, minute, (place, instant) => {
        const found = locate(wallTimeAt(instant, place), place);
        expect(found.kind).not.toBe("absent");
        expect(found.kind === "one" ? [found.at] : found.choices).toContain(instant);
      }),
    );
  });

  it("every found instant shows the clock time; an absent one is shown by none; a double one by two", () => {
    fc.assert(
      fc.property(zone, minute, (place, asUtc) => {
        const wall = wallTimeAt(asUtc, "UTC");
        const found = locate(wall, place);
        const shows = (instant: number) => utcOf(wallTimeAt(instant, place)) === utcOf(wall);
        const instants = found.kind === "one" ? [found.at] : found.choices;
        expect(instants.map(shows)).toEqual(instants.map(() => found.kind !== "absent"));
        expect(instants.toSorted((a, b) => a - b)).toEqual(instants);
        expect(new Set(instants).size).toBe(instants.length);
      }),
    );
  });

  it("a year of Berlin has one absent hour and one double hour", () => {
    const kinds = Array.from({ length: 365 * 24 }, (_, hour) => {
      const wall = wallTimeAt(Date.UTC(2026, 0, 1) + hour * 60 * MINUTE, "UTC");
      return locate(wall, "Europe/Berlin").kind;
    });
    expect(kinds.filter((kind) => kind === "absent")).toHaveLength(1);
    expect(kinds.filter((kind) => kind === "double")).toHaveLength(1);
  });
});

it.each(["Europe/Berlin", "UTC", "America/Argentina/Buenos_Aires"])("%s is a zone", (name) =>
  expect(isZone(name)).toBe(true),
);
it.each(["CET", "EST", "+02:00", "Europe/Nowhere", "", "local", "europe"])("%j is no zone", (name) =>
  expect(isZone(name)).toBe(false),
);

describe("a moment on a screen", () => {
  const NOW = Date.UTC(2026, 6, 10, 3, 30);
  it.each([
    ["05:41 CEST (03:41Z)", Date.UTC(2026, 6, 10, 3, 41), "Europe/Berlin"],
    ["11 Jul 01:30 CEST (10 Jul 23:30Z)", Date.UTC(2026, 6, 10, 23, 30), "Europe/Berlin"],
    ["1 Dec 05:41 CET (04:41Z)", Date.UTC(2026, 11, 1, 4, 41), "Europe/Berlin"],
    ["1 Jan 2027 02:00 CET (01:00Z)", Date.UTC(2027, 0, 1, 1), "Europe/Berlin"],
    ["9 Jul 23:30 EDT (10 Jul 03:30Z)", Date.UTC(2026, 6, 10, 3, 30), "America/New_York"],
    ["09:11 UTC+5:30 (03:41Z)", Date.UTC(2026, 6, 10, 3, 41), "Asia/Kolkata"],
    ["03:41Z", Date.UTC(2026, 6, 10, 3, 41), "UTC"],
    ["03:41Z", Date.UTC(2026, 6, 10, 3, 41), "no/such-zone"],
  ])("%s", (text, instant, zone) => {
    const now = text.startsWith("9 Jul") ? NOW + 24 * 60 * MINUTE : NOW;
    expect(momentText(instant, now, { zone })).toBe(text);
  });

  it("in UTC alone where that is asked for", () => {
    expect(momentText(NOW, NOW, { zone: "Europe/Berlin", utcOnly: true })).toBe("03:30Z");
  });

  it.each([
    ["05:41 CEST", ["2026-07-10T03:41:00Z"], "Europe/Berlin"],
    ["05:41 to 06:10 CEST", ["2026-07-10T03:41:00Z", "2026-07-10T04:10:00Z"], "Europe/Berlin"],
    ["23:41 to 11 Jul 00:10 EDT", ["2026-07-11T03:41:00Z", "2026-07-11T04:10:00Z"], "America/New_York"],
    [undefined, ["2026-07-10T03:41:00Z"], "UTC"],
    // In winter London's clocks show UTC.
    [undefined, ["2026-01-10T03:41:00Z"], "Europe/London"],
    [undefined, [], "Europe/Berlin"],
  ])("beside its UTC: %s", (text, instants, zone) => {
    const now = zone.startsWith("America") ? NOW + 24 * 60 * MINUTE : NOW;
    expect(localClock(instants, now, { zone })).toBe(text);
    expect(localClock(instants, now, { zone, utcOnly: true })).toBeUndefined();
  });

  it("names a zone by its season", () => {
    expect(zoneName(Date.UTC(2026, 0, 1), "Europe/Berlin")).toBe("CET");
    expect(zoneName(NOW, "Europe/London")).toBe("BST");
  });
});

describe("a local window", () => {
  const NOW = Date.UTC(2026, 3, 10, 12);
  const BERLIN = "Europe/Berlin";
  it.each([
    ["02:00..04:00", "2026-04-11T00:00:00Z", "2026-04-11T02:00:00Z"],
    ["14:30..16:00", "2026-04-10T12:30:00Z", "2026-04-10T14:00:00Z"],
    ["23:00..01:00", "2026-04-10T21:00:00Z", "2026-04-10T23:00:00Z"],
    ["2026-04-12T02:00..2026-04-12T04:00", "2026-04-12T00:00:00Z", "2026-04-12T02:00:00Z"],
    ["2026-04-12T02:00..04:00", "2026-04-12T00:00:00Z", "2026-04-12T02:00:00Z"],
  ])("%s", (text, opens, closes) => {
    expect(isLocalWindow(text)).toBe(true);
    expect(readWindow(text, BERLIN, NOW)).toEqual({ opens, closes });
  });

  it.each([
    [
      "2026-03-29T02:30..2026-03-29T04:00",
      "2026-03-29T00:30:00Z..2026-03-29T02:00:00Z",
      "2026-03-29T01:30:00Z..2026-03-29T02:00:00Z",
    ],
    [
      "2026-10-25T02:30..2026-10-25T04:00",
      "2026-10-25T00:30:00Z..2026-10-25T03:00:00Z",
      "2026-10-25T01:30:00Z..2026-10-25T03:00:00Z",
    ],
    [
      "2026-10-25T01:00..2026-10-25T02:30",
      "2026-10-24T23:00:00Z..2026-10-25T00:30:00Z",
      "2026-10-24T23:00:00Z..2026-10-25T01:30:00Z",
    ],
  ])("%s is refused with both meanings", (text, first, second) => {
    const next = [first, second].map((choice) => `vulcan-ops maintenance --window ${choice}`);
    const detail = expect.objectContaining({ code: "time-ambiguous", exitCode: 6, next });
    expect(() => readWindow(text, BERLIN, Date.UTC(2026, 2, 1))).toThrow(expect.objectContaining({ detail }));
  });

  it.each([
    ["zone-missing", "02:00..04:00", undefined],
    ["zone-unknown", "02:00..04:00", "CET"],
    ["window-invalid", "2026-02-30T02:00..04:00", BERLIN],
    ["window-invalid", "02:00", BERLIN],
    ["window-invalid", "02:00..25:00", BERLIN],
    ["window-invalid", "-15m..04:00", BERLIN],
    ["window-invalid", "02:00..2026-04-10T04:00:00Z", BERLIN],
  ])("%s: %s", (code, text, zone) => {
    expect(() => readWindow(text, zone, NOW)).toThrow(
      expect.objectContaining({ detail: expect.objectContaining({ code }) }),
    );
  });

  it("times with an offset need no zone", () => {
    const times = { opens: "2026-04-10T02:00:00Z", closes: "2026-04-10T06:00:00+02:00" };
    expect(readWindow(`${times.opens}..${times.closes}`, undefined, NOW)).toEqual(times);
  });
});
