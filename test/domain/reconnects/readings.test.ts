import { describe, expect, it } from "vitest";
import { expectationText, parseExpectation } from "../../../src/domain/reconnects/probe.ts";
import { queriedReading } from "../../../src/domain/reconnects/queried-reading.ts";
import { baselineText, parseBaseline } from "../../../src/domain/reconnects/reading.ts";

describe("the value of a SELECT", () => {
  const AT = Date.parse("2026-04-10T03:41:07Z");
  it.each<[string, string | null, number, unknown]>([
    ["a count", "40", 20, { kind: "number", value: 40, from: AT }],
    ["an average", "40.5", 1700, { kind: "number", value: 40.5, from: AT }],
    ["a small share", "1e-05", 701, { kind: "number", value: 0.00001, from: AT }],
    ["a time with a zone", "2026-04-10 03:41:07.123456+00", 1184, { kind: "time", at: AT + 123 }],
    ["a time without one", "2026-04-10 03:41:07", 1114, { kind: "time", at: AT }],
    ["nothing", null, 20, { kind: "none", why: "the statement gives NULL" }],
    ["no number", "NaN", 701, { kind: "none", why: "the statement gives neither a number nor a time" }],
    ["the end of time", "infinity", 1184, { kind: "none", why: "the statement gives neither a number nor a time" }],
    [
      "another zone",
      "2026-04-10 05:41:07+02",
      1184,
      { kind: "none", why: "the statement gives neither a number nor a time" },
    ],
    [
      "another form",
      "10.04.2026 03:41:07",
      1114,
      { kind: "none", why: "the statement gives neither a number nor a time" },
    ],
    ["a text of digits", "40", 25, { kind: "none", why: "the statement gives neither a number nor a time" }],
  ])("%s", (_, text, type, wanted) => {
    expect(queriedReading({ text, type }, AT)).toEqual(wanted);
  });
});

describe("an expectation", () => {
  it.each(["back-to 90%", "at-least 3", "newer-than-change"])("%s is read and written alike", (text) => {
    expect(expectationText(parseExpectation(text) as never)).toBe(text);
  });

  it.each(["back-to 0%", "back-to 101%", "back-to 90", "at-least 0", "at-least -1", "newer", "back-to 90 %%", ""])(
    "%j is none",
    (text) => {
      expect(parseExpectation(text)).toBeUndefined();
    },
  );
});

describe("a baseline", () => {
  it("is read as it was written", () => {
    const baseline = {
      at: 5,
      readings: {
        agents: { of: "a", reading: { kind: "number", value: 3, from: 1 } },
        scans: { of: "b", reading: { kind: "time", at: 4 } },
        relays: { of: "c", reading: { kind: "none", why: "refused" } },
      },
    } as const;
    expect(parseBaseline(baselineText(baseline))).toEqual(baseline);
  });

  it.each([undefined, "", "null", "[]", "{}", '{"at":1}', '{"at":"1","readings":{}}', '{"at":1,"readings":null}'])(
    "%s is none",
    (text) => {
      expect(parseBaseline(text)).toBeUndefined();
    },
  );

  it("leaves out what is no reading", () => {
    const readings = '{"a":null,"b":{"of":"x","reading":{"kind":"number","value":null,"from":1}},"c":{"reading":{}}}';
    expect(parseBaseline(`{"at":1,"readings":${readings}}`)?.readings).toEqual({});
  });
});
