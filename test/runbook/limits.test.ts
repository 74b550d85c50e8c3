// biome-ignore-all lint/suspicious/noTemplateCurlyInString: references in runbooks look like this
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { loadRunbook } from "../../src/runbook/load.ts";
import { cpuMs } from "../support/cpu-time.ts";
import { documentOf, problemsOf, specs } from "./specs.ts";

const KIB_128 = 128 * 1024;
const lines = (count: number, line: (index: number) => string) =>
  Array.from({ length: count }, (_, i) => line(i)).join("");

const manyReferences = (i: number) =>
  `  - {id: s${i}, title: T, action: ecs.updateService, with: {taskDefinition: "\${{ steps.t${i}.x }}"}}\n`;

/** What the text is refused for, and how much CPU time that took. */
function refusal(text: string): { readonly said: string; readonly ms: number } {
  const start = cpuMs();
  const said = problemsOf(text);
  return { said, ms: cpuMs() - start };
}

describe("limits hold before the parser runs", () => {
  test.each([
    ["100,000 keys", lines(100_000, (i) => `k${i}: 1\n`), "more than 1000 keys"],
    ["keys of two characters", ":\n".repeat(KIB_128 / 2), "more than 1000 keys"],
    ["explicit keys", "? a\n".repeat(2000), "more than 1000 keys"],
    ["keys in braces", `{${"a: 1, ".repeat(2000)}}`, "more than 1000 keys"],
    ["keys in braces without a colon", `{${"a,".repeat(2000)}}`, "more than 1000 keys"],
    ["maps in a list", `[${"{a},".repeat(2000)}]`, "more than 1000 keys"],
    ["quoted keys against their colon", `{${'"a":1,'.repeat(2000)}}`, "more than 1000 keys"],
    ["open brackets", "[".repeat(KIB_128), "nested more than 32"],
    ["open braces", "{a: ".repeat(20_000), "nested more than 32"],
    ["lists in lists on one line", "- ".repeat(KIB_128 / 2), "nested more than 32"],
    ["keys as keys", "? ".repeat(KIB_128 / 2), "nested more than 32"],
    ["ever deeper lines", lines(480, (i) => `${" ".repeat(i)}a:\n`), "nested more than 32"],
    ["many items", "- a\n".repeat(KIB_128 / 4), "values and signs"],
    ["many errors", "]".repeat(KIB_128), "values and signs"],
    ["many aliases", `a: &a [x]\nb: [${"*a,".repeat(20_000)}]\n`, "values and signs"],
  ])("%s", (_name, text, expected) => {
    const { said, ms } = refusal(text);
    expect(said).toContain(expected);
    expect(ms).toBeLessThan(1000);
  });

  test("lists at the column of their key count as well", () => {
    const deep = lines(40, (i) => `${" ".repeat(i)}a:\n${" ".repeat(i)}-\n`);
    expect(problemsOf(deep)).toContain("nested more than 32");
  });

  test.each([
    ["blank lines", "\n".repeat(KIB_128)],
    ["comments", "#\n".repeat(KIB_128 / 2)],
    ["one long text", `"${"a\n".repeat(KIB_128 / 2 - 2)}"`],
    ["carriage returns", "\r".repeat(KIB_128)],
    ["a long broken reference", `a: "\${{${" ".repeat(KIB_128 - 100)}x"`],
    ["unknown keys", lines(990, (i) => `timeoutSecond${i}: 1\n`)],
    ["steps that refer to steps that are not there", documentOf({ steps: lines(110, (i) => manyReferences(i)) })],
  ])("at the limit the answer still comes at once: %s", (_name, text) => {
    const { said, ms } = refusal(text);
    expect(said).not.toBe("");
    expect(ms).toBeLessThan(2000);
  });

  test("prose does not count: a long description with colons and commas passes", () => {
    const prose = "Look: the service, the tasks, the {balancer}, the [log]: all of it.\n";
    const text = documentOf({}).replace("description: For a test.", `description: |\n${`  ${prose}`.repeat(250)}`);
    expect(problemsOf(text)).toBe("");
  });

  test("at most a hundred problems, and how many more there are", () => {
    const said = problemsOf(lines(300, (i) => `x${i}: 1\n`)).split("\n");
    expect(said).toHaveLength(101);
    expect(said.at(-1)).toContain("more problems");
  });
});

describe("properties", () => {
  const shards = fc.constantFrom(
    ...[
      "id: a\n",
      "steps:\n",
      "  - ",
      "- ",
      "? ",
      ": ",
      "{",
      "}",
      "[",
      "]",
      ",",
      "&a ",
      "*a",
      "!t ",
      "|\n",
      ">-\n",
      '"',
      "'",
    ],
    ...[
      "\t",
      "\n",
      "  ",
      "#",
      "%YAML 1.1\n",
      "---\n",
      "...\n",
      "${{ inputs.a }}",
      "__proto__",
      "\u0000",
      "\ud800",
      "\u2028",
    ],
    ...[
      "inputs:\n",
      "  to: {type: revision, description: x}\n",
      "action: ecs.scale\n",
      "with: {count: 1}\n",
      "1e3",
      "~",
      "<<",
    ],
  );
  const garbage = fc.oneof(
    fc.string({ unit: "binary", maxLength: 400 }),
    fc.array(shards, { maxLength: 60 }).map((parts) => parts.join("")),
    fc.array(shards, { maxLength: 30 }).map((parts) => `${documentOf({})}${parts.join("")}`),
  );

  test("no text makes the loader throw; problems are sorted and lie in the text", () => {
    fc.assert(
      fc.property(garbage, (text) => {
        const loaded = loadRunbook(text, "x.yaml", specs);
        if (!("problems" in loaded)) return;
        expect(loaded.problems.length).toBeGreaterThan(0);
        const places = loaded.problems.map(({ line, column }) => line * 1e6 + column);
        expect(places).toEqual([...places].sort((a, b) => a - b));
        const count = text.split("\n").length;
        for (const { line, column } of loaded.problems) {
          expect(line).toBeGreaterThanOrEqual(1);
          expect(line).toBeLessThanOrEqual(count);
          expect(column).toBeGreaterThanOrEqual(1);
        }
      }),
      { numRuns: 4000 },
    );
  });

  test("one character changed in a good document: a runbook or problems, never anything else", () => {
    const good = documentOf({ inputs: "  to: {type: revision, description: x, required: false}" });
    fc.assert(
      fc.property(fc.nat(good.length - 1), fc.string({ unit: "binary", maxLength: 3 }), (at, inserted) => {
        const loaded = loadRunbook(good.slice(0, at) + inserted + good.slice(at + 1), "x.yaml", specs);
        expect("problems" in loaded ? loaded.problems.length : loaded.document.runbook.steps.length).toBeGreaterThan(0);
      }),
      { numRuns: 2000 },
    );
  });
});
