import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { expectation, type Field, type FieldType, parseField } from "../../src/domain/field.ts";

const NOW = Date.UTC(2026, 3, 10, 12);

function parse(type: FieldType, raw: unknown, rest: Partial<Field> = {}) {
  return parseField({ type, description: "", ...rest }, raw, NOW);
}

/** Raw → value. Numbers come from YAML and JSON, texts from the command line. */
const GOOD: Record<FieldType, readonly (readonly [unknown, unknown])[]> = {
  string: [
    ["x", "x"],
    ["0", "0"],
  ],
  integer: [
    ["0", 0],
    ["-1", -1],
    [42, 42],
    ["999999999999999", 999_999_999_999_999],
  ],
  boolean: [
    ["true", true],
    ["false", false],
    [true, true],
    [false, false],
  ],
  choice: [["dns", "dns"]],
  revision: [
    ["1", 1],
    ["42", 42],
    [":42", 42],
    [42, 42],
    ["vulcan-web:1", "vulcan-web:1"],
    [
      "arn:aws:ecs:eu-west-1:111122223333:task-definition/vulcan-prod:42",
      "arn:aws:ecs:eu-west-1:111122223333:task-definition/vulcan-prod:42",
    ],
  ],
  version: [
    ["0", 0],
    ["6", 6],
    [6, 6],
  ],
  time: [
    ["2026-04-10T14:00:00+02:00", "2026-04-10T12:00:00.000Z"],
    ["-15m", "2026-04-10T11:45:00.000Z"],
  ],
  duration: [
    ["90s", 90],
    ["1h30m", 5400],
    [90, 90],
  ],
  arn: [
    [
      "arn:aws:ecs:eu-west-1:111122223333:service/vulcan/vulcan",
      "arn:aws:ecs:eu-west-1:111122223333:service/vulcan/vulcan",
    ],
    ["arn:aws-cn:iam::111122223333:role/x", "arn:aws-cn:iam::111122223333:role/x"],
  ],
  taskDefinition: [
    ["vulcan-prod:42", "vulcan-prod:42"],
    [
      "arn:aws:ecs:eu-west-1:111122223333:task-definition/vulcan-prod:42",
      "arn:aws:ecs:eu-west-1:111122223333:task-definition/vulcan-prod:42",
    ],
  ],
};

const NO_NUMBER = [
  "abc",
  "1.5",
  "1e3",
  "0x10",
  "+1",
  " 1",
  "1 ",
  "",
  "1_000",
  "１２",
  "1".repeat(16),
  1.5,
  1e21,
  Number.NaN,
  true,
  null,
];

const BAD: Record<FieldType, readonly unknown[]> = {
  string: ["", 1, true, null, undefined, ["x"], "x".repeat(4097)],
  integer: [...NO_NUMBER, "--1"],
  boolean: ["yes", "on", "TRUE", "1", "", 1, 0, null, "constructor", "__proto__", "toString"],
  choice: ["", "DNS", "d", 1, null, "constructor"],
  revision: [...NO_NUMBER, "0", "-1", 0, -1, ":0", "::42", "vulcan-prod:", "vulcan-prod:0", "vulcan-prod:42:1"],
  version: [...NO_NUMBER, "-1", -1],
  time: ["2026-04-10", "now", "11/12", "", 1_775_822_400, null],
  duration: [...NO_NUMBER, "90", "-15m", -1],
  arn: [
    "vulcan-prod",
    "arn:aws",
    "arn:azure:ecs:x:1:y",
    "arn:aws:ecs:eu-west-1:1:a b",
    "arn:aws:ecs:eu-west-1:1:",
    "",
    1,
  ],
  taskDefinition: [
    "vulcan-prod",
    "vulcan-prod:",
    "vulcan-prod:0",
    "vulcan-prod:-1",
    "vulcan-prod:1e3",
    "a b:1",
    ":42",
    "42",
    42,
    "",
  ],
};

const extra = (type: FieldType): Partial<Field> => (type === "choice" ? { choices: ["revision", "dns"] } : {});

describe.each(Object.keys(GOOD) as FieldType[])("a value of type %s", (type) => {
  it.each(GOOD[type])("%j becomes %j", (raw, value) => {
    expect(parse(type, raw, extra(type))).toEqual({ ok: true, value });
  });

  it.each(BAD[type].map((raw) => [raw]))("%j is refused, and what is expected is said", (raw) => {
    const expected = typeof raw === "string" && raw.length > 4096 ? /at most 4096/ : /.{4,}/;
    expect(parse(type, raw, extra(type))).toEqual({ ok: false, expected: expect.stringMatching(expected) });
  });
});

describe("bounds", () => {
  it.each([
    ["integer", { minimum: 0, maximum: 10 }, [0, 10], [-1, 11]],
    ["revision", { minimum: -5 }, [1], [0, -5]],
    ["version", { maximum: 6 }, [0, 6], [7]],
  ] as const)("of %s narrow what the type allows, and never widen it: %j", (type, bounds, inside, outside) => {
    for (const value of inside) expect(parse(type, value, bounds)).toEqual({ ok: true, value });
    for (const value of outside) expect(parse(type, value, bounds).ok).toBe(false);
  });

  it("a choice names what may be chosen", () => {
    expect(expectation({ type: "choice", description: "", choices: ["revision", "dns"] })).toBe("one of revision, dns");
  });
});

describe("any raw value", () => {
  it("is a value of the type's own kind or refused; parsing that value again changes nothing", () => {
    const types = fc.constantFrom(...(Object.keys(GOOD) as FieldType[]));
    const raws = fc.oneof(
      fc.string(),
      fc.string({ unit: "binary" }),
      fc.integer(),
      fc.double(),
      fc.boolean(),
      fc.anything(),
    );
    fc.assert(
      fc.property(types, raws, (type, raw) => {
        const result = parse(type, raw, extra(type));
        if (!result.ok) return;
        expect(["string", "number", "boolean"]).toContain(typeof result.value);
        expect(parse(type, result.value, extra(type))).toEqual(result);
      }),
      { numRuns: 5000 },
    );
  });
});

it("a duration has limits where its field has them, in seconds", () => {
  const limits = { minimum: 900, maximum: 86_400 };
  expect(["15m", "24h", 900].map((raw) => parse("duration", raw, limits).ok)).toEqual([true, true, true]);
  expect(["14m59s", "25h", 60].map((raw) => parse("duration", raw, limits).ok)).toEqual([false, false, false]);
});
