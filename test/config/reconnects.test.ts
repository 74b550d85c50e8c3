import { describe, expect, it } from "vitest";
import { parseConfig } from "../../src/config/parse.ts";
import { PROBE_TEMPLATES } from "../../src/domain/reconnects/templates.ts";

const target = (settings: string) =>
  `schemaVersion: "1"\ntargets:\n  prod:\n${settings.replaceAll(/^(?=.)/gm, "    ")}\n`;
const parse = (settings: string, isOwn = true) =>
  parseConfig(target(settings), "x.yaml", isOwn).targets.prod?.reconnects;

function refusal(settings: string, isOwn = true): string {
  try {
    parse(settings, isOwn);
    return "";
  } catch (error) {
    return (error as Error).message;
  }
}

const one = (lines: string) => `reconnects:\n  - ${lines.replaceAll("\n", "\n    ")}`;

describe("probes in the configuration", () => {
  it("are read whole, with a time of ten minutes where none is given", () => {
    const yaml = [
      one('name: sockets\nmetric: {namespace: A/B, name: Open, stat: p99, dimensions: {X: "1"}}\nexpect: back-to 90%'),
      "  - {name: scans, log: '\"scan done\"', expect: newer-than-change, within: 1h}",
      "  - {name: relays, sql: 'WITH x AS (SELECT 1) SELECT * FROM x', expect: at-least 3, within: 5m}",
    ].join("\n");
    expect(parse(yaml)).toEqual([
      {
        name: "sockets",
        source: { kind: "metric", namespace: "A/B", name: "Open", stat: "p99", dimensions: { X: "1" } },
        expect: { kind: "back-to", percent: 90 },
        within: 600,
      },
      {
        name: "scans",
        source: { kind: "log", pattern: '"scan done"' },
        expect: { kind: "newer-than-change" },
        within: 3600,
      },
      {
        name: "relays",
        source: { kind: "sql", statement: "WITH x AS (SELECT 1) SELECT * FROM x" },
        expect: { kind: "at-least", count: 3 },
        within: 300,
      },
    ]);
  });

  it("come from one's own file only: a checkout must not say what is asked of a database", () => {
    const probe = one("{name: a, sql: SELECT 1, expect: at-least 1}");
    expect(refusal(probe)).toBe("");
    expect(refusal(probe, false)).toContain('"reconnects" may only stand in your own configuration file');
  });

  it("may be the templates of the documented components", () => {
    expect((parse(PROBE_TEMPLATES) as readonly { readonly name: string }[]).map(({ name }) => name)).toEqual([
      "websockets",
      "relays",
      "agents",
      "scans",
    ]);
  });

  it.each([
    ["no list", "reconnects: 5", "reconnects: a list of probes is wanted here"],
    ["an empty list", "reconnects: []", "reconnects: 1 to 20 probes are wanted here"],
    ["no name", one("{sql: SELECT 1, expect: at-least 1}"), "reconnects[0].name: is missing"],
    ["a name with a blank", one("{name: a b, sql: SELECT 1, expect: at-least 1}"), "reconnects[0].name: a-z, 0-9"],
    ["no source", one("{name: a, expect: at-least 1}"), "reconnects[0].sql: one of sql, metric and log is wanted"],
    [
      "two sources",
      one("{name: a, sql: SELECT 1, log: x, expect: at-least 1}"),
      "one of sql, metric and log is wanted",
    ],
    ["a write", one("{name: a, sql: DELETE FROM t, expect: at-least 1}"), "reconnects[0].sql: one SELECT is wanted"],
    ["two statements", one("{name: a, sql: 'SELECT 1; SELECT 2', expect: at-least 1}"), "without a semicolon"],
    ["no expectation", one("{name: a, sql: SELECT 1}"), "reconnects[0].expect: is missing"],
    ["another expectation", one("{name: a, sql: SELECT 1, expect: more}"), "reconnects[0].expect: back-to 90%"],
    ["at least none", one("{name: a, sql: SELECT 1, expect: at-least 0}"), "reconnects[0].expect: back-to 90%"],
    [
      "too long a time",
      one("{name: a, sql: SELECT 1, expect: at-least 1, within: 2h}"),
      "[0].within: a duration of 1m",
    ],
    ["an unknown key", one("{name: a, sqll: SELECT 1, expect: at-least 1}"), 'unknown key "sqll" in reconnects[0]'],
    [
      "no statistic",
      one("{name: a, metric: {namespace: A, name: B}, expect: at-least 1}"),
      "[0].metric.stat: is missing",
    ],
    [
      "another one",
      one("{name: a, metric: {namespace: A, name: B, stat: Most}, expect: at-least 1}"),
      "metric.stat: Sum",
    ],
    [
      "no dimensions",
      one("{name: a, metric: {namespace: A, name: B, stat: Sum}, expect: at-least 1}"),
      "[0].metric.dimensions: is missing",
    ],
    [
      "a time of a metric",
      one("{name: a, metric: {namespace: AWS/ApplicationELB, name: B, stat: Sum}, expect: newer-than-change}"),
      "[0].expect: a metric gives a number",
    ],
    [
      "one name twice",
      `${one("{name: a, sql: SELECT 1, expect: at-least 1}")}\n  - {name: a, log: x, expect: at-least 1}`,
      'reconnects[1].name: "a" stands twice',
    ],
  ])("%s is refused at its place", (_, settings, says) => {
    expect(refusal(settings)).toContain(says);
    expect(refusal(settings)).toMatch(/^x\.yaml:\d+:\d+: /);
    expect(refusal(settings)).not.toMatch(/DELETE|SELECT 2/);
  });
});
