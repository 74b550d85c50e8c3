import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { fleetJsonSchema } from "../../src/runbook/fleet/json-schema.ts";
import { loadFleet } from "../../src/runbook/fleet/load.ts";
import { formatProblem } from "../../src/runbook/problem.ts";

const fits = new Ajv2020({ strict: false }).compile(fleetJsonSchema());

const file = (waves: string, more = "") => `schemaVersion: "1"
runbook: rollback-service
targets: [shop-*, "tag:eu"]
waves: ${waves}
${more}`;

const problemsOf = (text: string): readonly string[] => {
  const loaded = loadFleet(text, "f.yaml");
  return "problems" in loaded ? loaded.problems.map(formatProblem) : [];
};

it("reads what it says, with the defaults filled in, and times in UTC", () => {
  const text = file(
    "[{name: canary, targets: [shop-de]}, {name: tenth, share: 10%, tolerated: 2}, {name: rest, approval: true}]",
    'inputs: {to: 42, keep: true}\nwindow: {from: "2026-04-10T02:00:00+02:00", until: 2026-04-10T06:00:00Z}\n',
  );
  expect(loadFleet(text, "f.yaml")).toEqual({
    fleet: {
      runbook: "rollback-service",
      inputs: { to: "42", keep: "true" },
      targets: ["shop-*", "tag:eu"],
      waves: [
        { name: "canary", targets: ["shop-de"], approval: false, concurrency: 10, tolerated: 0 },
        { name: "tenth", share: 10, approval: false, concurrency: 10, tolerated: 2 },
        { name: "rest", approval: true, concurrency: 10, tolerated: 0 },
      ],
      window: { from: "2026-04-10T00:00:00.000Z", until: "2026-04-10T06:00:00.000Z" },
    },
  });
  expect(fits(parse(text))).toBe(true);
});

describe("an editor and the program find the same wrong", () => {
  it.each([
    ["[{name: a, wave: 1}]", 'f.yaml:4:19: unknown key "wave" in a wave'],
    ["[{share: 10%}]", 'f.yaml:4:9: a wave needs "name"'],
    ["[{name: A}]", 'f.yaml:4:16: "name" cannot be "A"'],
    ["[{name: a, concurrency: 0}]", '"concurrency" has to be a whole number from 1 to 400, not 0'],
    ["[{name: a, approval: yes please}]", '"approval" has to be true or false'],
    ["[]", '"waves" may not be empty'],
    ["[{name: a, targets: [x, x]}]", '"targets" has "x" twice'],
  ])("%s", (waves, problem) => {
    expect(problemsOf(file(waves)).join("\n")).toContain(problem);
    expect(fits(parse(file(waves)))).toBe(false);
  });
});

describe("what only the program finds", () => {
  it.each([
    ["[{name: a, share: 10%, targets: [x]}]", "", '"share" cannot stand beside "targets"'],
    ["[{name: a, share: 0%}]", "", '"share" cannot be "0%"'],
    ["[{name: a, share: 101%}]", "", '"share" cannot be "101%"'],
    ["[{name: a}, {name: b}]", "", "a wave without targets and share has all that are left"],
    ["[{name: a, share: 10%}, {name: a}]", "", 'a wave "a" is there already'],
    ["[{name: a}]", "window: {from: -15m, until: 2026-04-10T06:00:00Z}", '"from" cannot be "-15m"'],
    [
      "[{name: a}]",
      "window: {from: 2026-04-10T02:00:00, until: 2026-04-10T06:00:00Z}",
      "as in 2026-04-10T02:00:00+02:00",
    ],
    [
      "[{name: a}]",
      "window: {from: 2026-04-10T06:00:00+00:00, until: 2026-04-10T06:00:00Z}",
      "the window ends before it begins",
    ],
    ["[{name: a, name: b}]", "", "name"],
  ])("%s %s", (waves, more, problem) => {
    expect(problemsOf(file(waves, more)).join("\n")).toContain(problem);
  });

  it.each([
    ["", "the text holds no fleet"],
    ["{", "f.yaml:1"],
    ["a: &x 1", "f.yaml:1:4"],
  ])("%j", (text, problem) => {
    expect(problemsOf(text).join("\n")).toContain(problem);
  });
});
