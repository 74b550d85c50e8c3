import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  ago,
  clockTime,
  consistentBy,
  formatDuration,
  parseDuration,
  parseInstant,
  utcTime,
} from "../../src/domain/time.ts";

const NOW = Date.UTC(2026, 3, 10, 12);

describe("a time typed by an operator", () => {
  it.each([
    ["2026-04-10T12:00:00Z", "2026-04-10T12:00:00.000Z"],
    ["2026-04-10t12:00:00z", "2026-04-10T12:00:00.000Z"],
    ["2026-04-10T12:00:00+02:00", "2026-04-10T10:00:00.000Z"],
    ["2026-04-10T01:30:00+05:45", "2026-04-09T19:45:00.000Z"],
    ["2026-12-31T23:30:00-01:00", "2027-01-01T00:30:00.000Z"],
    ["2026-04-10T12:00:00.5Z", "2026-04-10T12:00:00.500Z"],
    ["2026-04-10T12:00:00.123456789Z", "2026-04-10T12:00:00.123Z"],
    ["2024-02-29T00:00:00Z", "2024-02-29T00:00:00.000Z"],
    ["-15m", "2026-04-10T11:45:00.000Z"],
    ["-1h30m", "2026-04-10T10:30:00.000Z"],
    ["-2d", "2026-04-08T12:00:00.000Z"],
    ["-0s", "2026-04-10T12:00:00.000Z"],
  ])("%s is %s", (text, utc) => {
    expect(parseInstant(text, NOW)).toBe(utc);
  });

  it.each([
    ["without an offset", "2026-04-10T12:00:00"],
    ["a date alone", "2026-04-10"],
    ["a date that reads differently in two countries", "11/12"],
    ["with a space", "2026-04-10 12:00:00Z"],
    ["30 February", "2026-02-30T12:00:00Z"],
    ["29 February of a common year", "2026-02-29T12:00:00Z"],
    ["month 13", "2026-13-01T12:00:00Z"],
    ["month 0", "2026-00-10T12:00:00Z"],
    ["24:00", "2026-04-10T24:00:00Z"],
    ["minute 60", "2026-04-10T12:60:00Z"],
    ["a leap second", "2016-12-31T23:59:60Z"],
    ["second 60 in the middle of a day", "2026-04-10T12:00:60Z"],
    ["an offset of 24 hours", "2026-04-10T12:00:00+24:00"],
    ["an offset with minute 60", "2026-04-10T12:00:00+01:60"],
    ["an offset without a colon", "2026-04-10T12:00:00+0200"],
    ["the name of a zone", "2026-04-10T12:00:00 CET"],
    ["a two-digit year", "26-04-10T12:00:00Z"],
    ["a comma", "2026-04-10T12:00:00,5Z"],
    ["a number of seconds", "1775822400"],
    ["a word", "yesterday"],
    ["nothing", ""],
    ["an age without a unit", "-15"],
    ["an age in the future", "15m"],
    ["two signs", "--15m"],
    ["an age with a space", "- 15m"],
    ["a minus alone", "-"],
    ["a line after it", "2026-04-10T12:00:00Z\n"],
    ["an age before the year 0, which RFC 3339 cannot write", "-999999d"],
    ["a moment after the year 9999", "9999-12-31T23:59:59-01:00"],
  ])("%s is refused: %j", (_name, text) => {
    expect(parseInstant(text, NOW)).toBeUndefined();
  });

  it("is the same moment in whatever offset it is written", () => {
    const moments = fc.date({
      min: new Date("0001-01-01T00:00:00Z"),
      max: new Date("9998-12-31T00:00:00Z"),
      noInvalidDate: true,
    });
    const offsets = fc.integer({ min: -(23 * 60 + 59), max: 23 * 60 + 59 });
    fc.assert(
      fc.property(moments, offsets, (moment, minutes) => {
        expect(parseInstant(writtenIn(moment, minutes), NOW)).toBe(moment.toISOString());
      }),
    );
  });

  it("never becomes anything but RFC 3339 in UTC, to the millisecond", () => {
    const shards = fc.constantFrom("2026", "-", "02", "30", "T", ":", "24", "60", ".5", "Z", "+", "00", "m", "15", " ");
    const texts = fc.oneof(
      fc.string(),
      fc.array(shards, { maxLength: 16 }).map((parts) => parts.join("")),
    );
    fc.assert(
      fc.property(texts, (text) => {
        const instant = parseInstant(text, NOW);
        if (instant === undefined) return;
        expect(instant).toMatch(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/);
        expect(parseInstant(instant, NOW)).toBe(instant);
      }),
      { numRuns: 3000 },
    );
  });
});

function writtenIn(moment: Date, minutes: number): string {
  const local = new Date(moment.getTime() + minutes * 60_000).toISOString().slice(0, -1);
  const size = Math.abs(minutes);
  const two = (count: number) => String(count).padStart(2, "0");
  return `${local}${minutes < 0 ? "-" : "+"}${two(Math.floor(size / 60))}:${two(size % 60)}`;
}

describe("a duration", () => {
  it.each([
    ["90s", 90],
    ["15m", 900],
    ["1h30m", 5400],
    ["2d", 172_800],
    ["1d2h3m4s", 93_784],
    ["0s", 0],
  ])("%s is %d seconds", (text, seconds) => {
    expect(parseDuration(text)).toBe(seconds);
  });

  it.each(["", "90", "15 m", "-15m", "1.5h", "1m1h", "15min", "1e3s", "PT15M", "9999999d", "m", 90, undefined, null])(
    "%j is refused",
    (text) => {
      expect(parseDuration(text)).toBeUndefined();
    },
  );

  it.each([
    [0, "0 s"],
    [12, "12 s"],
    [59.6, "1 min"],
    [429, "7 min 9 s"],
    [3600, "1 h"],
    [3601, "1 h"],
    [5400, "1 h 30 min"],
    [532_800, "6 d 4 h"],
    [-5, "0 s"],
  ])("%d seconds are shown as %s", (seconds, text) => {
    expect(formatDuration(seconds)).toBe(text);
  });

  it("is never shown longer than it is, and at most one unit of the second kind shorter", () => {
    const size = { d: 86_400, h: 3600, min: 60, s: 1 } as const;
    fc.assert(
      fc.property(fc.nat(10_000_000), (seconds) => {
        const words = formatDuration(seconds).split(" ");
        const units = words.filter((_word, index) => index % 2 === 1) as (keyof typeof size)[];
        const shown = units.reduce((sum, unit, index) => sum + Number(words[index * 2]) * size[unit], 0);
        expect(units.length).toBeLessThanOrEqual(2);
        expect(shown).toBeLessThanOrEqual(seconds);
        expect(seconds - shown).toBeLessThan(seconds < 3600 ? 1 : seconds < 86_400 ? 60 : 3600);
      }),
    );
  });

  it("is told as an age, and a time as a wall clock's", () => {
    expect(ago("2026-04-10T11:45:00Z", NOW)).toBe("15 min ago");
    expect(clockTime("2026-04-10T03:41:07.123Z")).toBe("03:41:07Z");
    expect(utcTime("2026-04-10T03:41:07.123Z")).toBe("2026-04-10 03:41:07Z");
  });
});

describe("the moment by which AWS must show what was confirmed", () => {
  it.each([
    ["a moment ago", "2026-04-10T11:59:58Z", NOW + 3000],
    ["long ago", "2026-04-10T11:00:00Z", NOW - 3_595_000],
    ["in the future, by a clock that was put back since", "2026-04-10T13:00:00Z", NOW + 5000],
    ["at no moment that can be read", "soon", NOW],
    ["never", undefined, NOW],
  ])("%s", (_name, confirmedAt, expected) => {
    expect(consistentBy(confirmedAt === undefined ? {} : { confirmedAt }, 5000, NOW)).toBe(expected);
  });

  it("is by the clock here where another machine has recorded it", () => {
    const [confirmedAt, sentBefore] = ["2026-04-10T11:50:00Z", "2026-04-10T11:59:58Z"];
    expect(consistentBy({ confirmedAt, sentBefore }, 5000, NOW)).toBe(NOW + 3000);
  });
});
