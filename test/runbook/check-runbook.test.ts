// biome-ignore-all lint/suspicious/noTemplateCurlyInString: references in runbooks look like this
import { describe, expect, test } from "vitest";
import { loadRunbook } from "../../src/runbook/load.ts";
import { documentOf, problemsOf, runbookOf, specs } from "./specs.ts";

test("an empty map misses everything that is required", () => {
  expect(problemsOf("{}\n")).toMatchInlineSnapshot(`
    "x.yaml:1:1: the runbook needs "schemaVersion"
    x.yaml:1:1: the runbook needs "id"
    x.yaml:1:1: the runbook needs "title"
    x.yaml:1:1: the runbook needs "description"
    x.yaml:1:1: the runbook needs "steps""
  `);
});

test("wrong kinds of values, all in one pass", () => {
  const text = [
    "schemaVersion: 1",
    "id: Rollback_Service",
    "title: ''",
    "description: ${{ inputs.x }}",
    "inputs: []",
    "steps:",
    "  - id: 1st",
    "    tile: Misspelt",
    "    title: >",
    "      Folded",
    "    action: 7",
    "    with: [a]",
    "    confirm: maybe",
    "    risk: chnge",
    "    timeoutSeconds: 0",
    "    onFailure: retry",
    "    only: {input: to, is: []}",
    "  - just text",
    "finally: soon",
    "step: []",
  ].join("\n");
  expect(problemsOf(text)).toMatchInlineSnapshot(`
    "x.yaml:1:16: "schemaVersion" has to be "1", not 1 (write "1")
    x.yaml:2:5: "id" cannot be "Rollback_Service" (a lower-case letter, then up to 63 lower-case letters, digits and hyphens)
    x.yaml:3:8: "title" may not be empty
    x.yaml:4:14: "description" cannot hold a reference (references stand under "with")
    x.yaml:5:9: "inputs" has to be keys and values, not a list
    x.yaml:7:9: "id" cannot be "1st" (a lower-case letter, then up to 39 letters and digits)
    x.yaml:8:5: unknown key "tile" in a step (did you mean "title"?)
    x.yaml:9:12: "title" has to be one line (after > write >-)
    x.yaml:11:13: "action" has to be text, not 7 (write "7")
    x.yaml:12:11: "with" has to be keys and values, not a list
    x.yaml:13:14: "confirm" has to be one of none, prompt, typed, not "maybe"
    x.yaml:14:11: "risk" has to be one of read, change, destructive, not "chnge" (did you mean "change"?)
    x.yaml:15:21: "timeoutSeconds" has to be a whole number from 1 to 86400, not 0
    x.yaml:16:16: "onFailure" has to be one of abort, ask, undo, continue, not "retry"
    x.yaml:17:19: there is no input "to"
    x.yaml:17:27: "is" may not be empty
    x.yaml:18:5: a step has to be keys and values, not "just text"
    x.yaml:19:10: "finally" has to be a list, not "soon"
    x.yaml:20:1: unknown key "step" in the runbook (did you mean "steps"?)"
  `);
});

test("inputs: types, defaults, choices, limits", () => {
  const inputs = [
    "  a: {type: revison, description: x}",
    "  b: {type: choice, description: x}",
    "  c: {type: choice, description: x, choices: [one, two, one], default: three}",
    "  d: {type: integer, description: x, minimum: 5, maximum: 1}",
    "  e: {type: time, description: x, minimum: 1, choices: [a]}",
    "  f: {type: version, description: x, default: '42'}",
    "  g: {type: boolean, description: x, default: yes}",
    "  h: {type: integer, description: x, minimum: 1, maximum: 9, default: 10}",
    "  i: {type: string, description: x, default: '${{ inputs.a }}'}",
    "  j: {type: string, description: x, default: 3}",
    "  k: {type: time, description: x, default: yesterday}",
    "  l: {type: string, description: x, default: }",
    "  m-m: {type: string, required: maybe}",
  ].join("\n");
  expect(problemsOf(documentOf({ inputs }))).toMatchInlineSnapshot(`
    "x.yaml:6:13: "type" has to be one of string, integer, boolean, choice, revision, version, time, duration, arn, taskDefinition, not "revison" (did you mean "revision"?)
    x.yaml:7:6: an input needs "choices"
    x.yaml:8:57: "choices" has "one" twice
    x.yaml:8:72: "default" takes one of one, two, one, not "three"
    x.yaml:9:47: "minimum" of the input "d" is above its "maximum"
    x.yaml:10:35: "minimum" does not fit the type "time" (only integer, revision, version, duration)
    x.yaml:10:47: "choices" does not fit the type "time" (only choice)
    x.yaml:11:47: "default" takes a migration version: a whole number from 0, as in 6, not "42" (write 42 without quotes)
    x.yaml:12:47: "default" takes true or false, not "yes"
    x.yaml:13:71: "default" takes a whole number (from 1 to 9), not 10
    x.yaml:14:46: a default cannot be a reference
    x.yaml:15:46: "default" takes text, not 3 (write "3")
    x.yaml:16:44: "default" takes a time with an offset (2026-04-10T12:00:00Z), or relative to now (-15m, +2h), not "yesterday"
    x.yaml:17:46: "default" has no value (leave the key out)
    x.yaml:18:3: a name cannot be "m-m" (a lower-case letter, then up to 39 letters and digits)
    x.yaml:18:8: an input needs "description"
    x.yaml:18:33: "required" has to be true or false, not "maybe""
  `);
});

test("actions and what they take", () => {
  const steps = [
    "  - {id: a, title: T, action: ecs.findRevison, with: {to: '${{ inputs.nothing }}'}}",
    "  - {id: b, title: T, action: ecs.updateService}",
    "  - {id: c, title: T, action: ecs.updateService, with: {taskDefiniton: x:1, forceNewDeployment: 'true'}}",
    "  - {id: d, title: T, action: ecs.findRevision, with: {to: }}",
    "  - {id: e, title: T, action: ecs.findRevision, with: {to: [1]}}",
    "  - {id: f, title: T, action: ecs.scale, with: {count: 11, cutover: ip, at: -15m, lasting: soon}}",
    "  - {id: b, title: T, action: ecs.findRevision}",
  ].join("\n");
  expect(
    problemsOf(documentOf({ steps, rest: "finally:\n  - {id: c, title: T, action: ecs.findRevision}" })),
  ).toMatchInlineSnapshot(`
    "x.yaml:6:31: unknown action "ecs.findRevison" (did you mean "ecs.findRevision"?)
    x.yaml:6:59: there is no input "nothing"
    x.yaml:7:31: ecs.updateService needs the input "taskDefinition" (What the service shall run.)
    x.yaml:8:50: ecs.updateService needs the input "taskDefinition" (What the service shall run.)
    x.yaml:8:57: ecs.updateService has no input "taskDefiniton" (did you mean "taskDefinition"?)
    x.yaml:8:97: "forceNewDeployment" takes true or false, not "true" (write true without quotes)
    x.yaml:9:60: "to" has no value (leave the key out)
    x.yaml:10:60: "to" has to be a single value, not a list (a reference is quoted: "\${{ inputs.x }}")
    x.yaml:11:56: "count" takes a whole number (from 0 to 10), not 11
    x.yaml:11:69: "cutover" takes one of revision, dns, not "ip"
    x.yaml:11:77: "at" of a step takes a fixed time (2026-04-10T12:00:00Z), not "-15m" (for one relative to the start, give the runbook an input {type: time, default: -15m, description: …} and refer to it)
    x.yaml:11:92: "lasting" takes a duration such as 90s, 15m or 1h30m, not "soon"
    x.yaml:12:10: the step id "b" is taken (by the step at line 7)
    x.yaml:14:10: the step id "c" is taken (by the step at line 8)"
  `);
});

test("risk may be raised and never lowered, and a write asks", () => {
  const steps = [
    "  - {id: a, title: T, action: ecs.scale, risk: change}",
    "  - {id: b, title: T, action: ecs.findRevision, risk: change, confirm: none}",
    "  - {id: c, title: T, action: ecs.scale, confirm: none}",
    "  - {id: d, title: T, action: ecs.findRevision, risk: destructive, confirm: prompt}",
    "  - {id: e, title: T, action: ecs.findRevision, confirm: none}",
    "  - {id: f, title: T, action: ecs.scale, risk: read, confirm: none}",
  ].join("\n");
  expect(problemsOf(documentOf({ steps }))).toMatchInlineSnapshot(`
    "x.yaml:6:48: the risk of ecs.scale is destructive; a runbook may raise it, never lower it
    x.yaml:7:72: a step of risk change has to ask (prompt or typed)
    x.yaml:8:51: a step of risk destructive has to ask (prompt or typed)
    x.yaml:11:48: the risk of ecs.scale is destructive; a runbook may raise it, never lower it
    x.yaml:11:63: a step of risk destructive has to ask (prompt or typed)"
  `);
});

describe("references", () => {
  const inputs = [
    "  to: {type: revision, description: x, required: false}",
    "  what: {type: taskDefinition, description: x, required: false}",
    "  count: {type: integer, description: x, minimum: 0}",
    "  way: {type: choice, description: x, choices: [revision, dns, ip]}",
  ].join("\n");
  const update = (reference: string) =>
    `  - {id: revert, title: T, action: ecs.updateService, with: {taskDefinition: "${reference}"}}`;
  const find = "  - {id: find, title: T, action: ecs.findRevision}";
  const problemsAt = (steps: readonly string[]) => problemsOf(documentOf({ inputs, steps: steps.join("\n") }));

  test.each([
    ["an unknown input", "${{ inputs.wat }}"],
    ["an unknown step", "${{ steps.fnd.taskDefinition }}"],
    ["a later step", "${{ steps.after.taskDefinition }}"],
    ["the step itself", "${{ steps.revert.previousTaskDefinition }}"],
    ["an undeclared output", "${{ steps.find.taskDefinitio }}"],
    ["another type", "${{ steps.find.revision }}"],
    ["an unknown field of the target", "${{ target.clutser }}"],
    ["text into a task definition", "${{ target.cluster }}"],
    ["an input that may be left out", "${{ inputs.what }}"],
    ["part of a text", "x:${{ inputs.to }}"],
    ["two of them", "${{ inputs.to }}${{ inputs.to }}"],
    ["an expression", "${{ inputs.to || 1 }}"],
    ["GitHub's spelling", "${{ steps.find.outputs.taskDefinition }}"],
    ["no dollar", "{{ inputs.to }}"],
    ["nothing", "${{ }}"],
    ["another root", "${{ env.HOME }}"],
    ["control characters", "${{ \\e[2J }}"],
  ])("%s", (_name, reference) => {
    const after = "  - {id: after, title: T, action: ecs.findRevision}";
    expect(problemsAt([find, update(reference), after])).toMatchSnapshot();
  });

  test("what may fill what", () => {
    const scale = (id: string, values: string) => `  - {id: ${id}, title: T, action: ecs.scale, with: {${values}}}`;
    const steps = [
      find,
      scale("a", "note: '${{ steps.find.taskDefinition }}', count: '${{ steps.find.revision }}'"),
      scale("b", "note: '${{ inputs.way }}', cutover: '${{ inputs.way }}'"),
      scale("c", "note: '${{ steps.find.revision }}', count: '${{ inputs.count }}'"),
      scale("d", "note: '${{ target.account }}', lasting: '${{ inputs.count }}'"),
      scale("e", "note: '${{ steps.find.image }}', at: '${{ target.name }}'"),
    ];
    expect(problemsAt(steps)).toMatchInlineSnapshot(`
      "x.yaml:12:98: "count" does not take steps.find.revision: it is of type revision, not integer
      x.yaml:13:85: "cutover" does not take inputs.way: it may be ip, which does not fit
      x.yaml:14:55: "note" does not take steps.find.revision: it is of type revision, not string
      x.yaml:14:92: "count" does not take every inputs.count (give the input maximum: 10)
      x.yaml:15:89: "lasting" does not take inputs.count: it is of type integer, not duration
      x.yaml:16:86: "at" does not take target.name: it is of type string, not time"
    `);
  });

  test("a step that may be left out lends nothing to one that is not", () => {
    const only = (is: string) => `only: {input: way, is: [${is}]}`;
    const take = "with: {taskDefinition: '${{ steps.find.taskDefinition }}'}";
    const steps = [
      `  - {id: find, title: T, action: ecs.findRevision, ${only("revision, dns")}}`,
      `  - {id: a, title: T, action: ecs.updateService, ${take}}`,
      `  - {id: b, title: T, action: ecs.updateService, ${take}, ${only("dns")}}`,
      `  - {id: c, title: T, action: ecs.updateService, ${take}, ${only("ip")}}`,
    ];
    expect(problemsAt(steps)).toMatchInlineSnapshot(`
      "x.yaml:12:73: "taskDefinition" needs a value, but steps.find.taskDefinition may have none (the step is left out unless way is revision or dns)
      x.yaml:14:73: "taskDefinition" needs a value, but steps.find.taskDefinition may have none (the step is left out unless way is revision or dns)"
    `);
  });

  test("only: a choice input and its choices", () => {
    const step = (id: string, only: string) => `  - {id: ${id}, title: T, action: ecs.findRevision, only: ${only}}`;
    const steps = [
      step("a", "{input: to, is: [revision]}"),
      step("b", "{input: wya, is: [revision]}"),
      step("c", "{input: way, is: [revison, dns]}"),
      step("d", "{input: way}"),
      step("e", "[way]"),
    ];
    expect(problemsAt(steps)).toMatchInlineSnapshot(`
      "x.yaml:11:63: the input "to" is of type revision ("only" takes a choice)
      x.yaml:12:63: there is no input "wya" (did you mean "way"?)
      x.yaml:13:73: "revison" is none of the choices of "way" (did you mean "revision"?)
      x.yaml:14:55: "only" needs "is"
      x.yaml:15:55: "only" has to be keys and values, not a list"
    `);
  });
});

test("a checked document becomes a runbook with every default filled in", () => {
  const steps = [
    "  - {id: find, title: Find, action: ecs.findRevision, with: {to: 42}}",
    "  - id: scale",
    "    title: Scale",
    "    action: ecs.scale",
    "    with: {lasting: 15m, at: '2026-04-10T14:00:00+02:00', note: '${{ steps.find.taskDefinition }}'}",
  ].join("\n");
  expect(runbookOf(documentOf({ steps }))).toMatchInlineSnapshot(`
    {
      "description": "For a test.",
      "finally": [],
      "id": "try-it",
      "inputs": {},
      "schemaVersion": "1",
      "steps": [
        {
          "action": "ecs.findRevision",
          "id": "find",
          "onFailure": "ask",
          "timeoutSeconds": 900,
          "title": "Find",
          "with": {
            "to": {
              "kind": "value",
              "value": 42,
            },
          },
        },
        {
          "action": "ecs.scale",
          "id": "scale",
          "onFailure": "ask",
          "timeoutSeconds": 900,
          "title": "Scale",
          "with": {
            "at": {
              "kind": "value",
              "value": "2026-04-10T12:00:00.000Z",
            },
            "lasting": {
              "kind": "value",
              "value": 900,
            },
            "note": {
              "kind": "output",
              "name": "taskDefinition",
              "step": "find",
            },
          },
        },
      ],
      "title": "Try it",
    }
  `);
});

test("a document keeps its text, its name and its hash", () => {
  const text = documentOf({});
  const loaded = loadRunbook(text, "try-it", specs);
  expect(loaded).toMatchObject({
    document: { text, source: "try-it", sha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
  });
});

describe("an action by its former name", () => {
  const former = (rest = "") => documentOf({ steps: `  - {id: more, title: More, action: ecs.resize${rest}}` });

  test("is the action that it is now, with its inputs; the text stays as it is", () => {
    const text = former(", with: {count: 3}");
    const loaded = loadRunbook(text, "x.yaml", specs);
    expect(loaded).toMatchObject({
      document: {
        text,
        runbook: { steps: [{ action: "ecs.scale", with: { count: { kind: "value", value: 3 } } }] },
      },
      warnings: [{ rule: "VOPS028", message: "the action ecs.resize is called ecs.scale now" }],
    });
  });

  test("is told beside what is really wrong, which alone refuses the runbook", () => {
    expect(problemsOf(former(", with: {count: 3}"))).toBe("");
    expect(problemsOf(former(", with: {count: 11}"))).toMatch(/ecs\.resize is called ecs\.scale now\n.*"count" .*10/);
  });
});

describe("a step that sends what an earlier one chose", () => {
  const restart = (find: string) =>
    documentOf({
      inputs: "  to: {type: revision, required: false, description: Which.}",
      steps: [
        `  - {id: find, title: Find the revision in service, action: ecs.findEarlier${find}}`,
        '  - {id: restart, title: Restart, action: ecs.updateService, with: {taskDefinition: "${{ steps.find.taskDefinition }}"}}',
      ].join("\n"),
    });
  const warningsOf = (text: string) => {
    const loaded = loadRunbook(text, "x.yaml", specs);
    return "problems" in loaded ? loaded.problems : loaded.warnings;
  };

  test("is warned of where it would roll the service back, whatever its title says", () => {
    expect(warningsOf(restart(""))).toMatchObject([
      {
        rule: "VOPS044",
        message: '"find" chooses the newest earlier release that was good: this step rolls the service back',
        hint: 'if that is meant, give "find" its input "to"',
      },
    ]);
  });

  test("is what it says where an operator can name the revision", () => {
    expect(warningsOf(restart(', with: {to: "${{ inputs.to }}"}'))).toEqual([]);
  });
});

describe("a watch that is too short to end STABLE", () => {
  const watching = (length: string, inputs?: string) =>
    documentOf({
      ...(inputs !== undefined && { inputs }),
      steps: `  - {id: look, title: Watch, action: watch.service, with: {for: ${length}}}`,
    });
  const warningsOf = (text: string) => {
    const loaded = loadRunbook(text, "x.yaml", specs);
    return "problems" in loaded ? loaded.problems : loaded.warnings;
  };

  test("is told before it runs, with the least length", () => {
    expect(warningsOf(watching("10m"))).toMatchObject([
      { rule: "VOPS045", message: "10 min prove too little: the first five do not count", hint: "at least 15 min" },
    ]);
    expect(warningsOf(watching("15m"))).toEqual([]);
  });

  test("is told where an operator could choose it", () => {
    const by = (limits: string) =>
      watching('"${{ inputs.length }}"', `  length: {type: duration, default: 30m, description: How long.${limits}}`);
    expect(warningsOf(by(""))).toMatchObject([{ rule: "VOPS045", hint: 'give the input "minimum: 900"' }]);
    expect(warningsOf(by(", minimum: 900"))).toEqual([]);
  });
});

test("times of a step are fixed, and the one who writes another is told how", () => {
  const step = (at: string) =>
    problemsOf(documentOf({ steps: `  - {id: a, title: T, action: ecs.scale, with: {at: ${at}}}` }));
  expect(step("now")).toContain(
    'not "now" (for one relative to the start, give the runbook an input {type: time, default: +0m,',
  );
  expect(step("+2h")).toContain(
    'not "+2h" (for one relative to the start, give the runbook an input {type: time, default: +2h,',
  );
  expect(step("tomorrow")).toContain("{type: time, default: +2h, description: …} and refer to it)");
  expect(step('"2026-04-10T12:00:00Z"')).toBe("");
  const inputs = "  at: {type: time, default: now, description: x}";
  expect(problemsOf(documentOf({ inputs }))).toContain("(write +0m for the start of the run)");
});

test("an outcome names steps of the procedure, and no restoring step", () => {
  const steps = "  - {id: a, title: T, action: ecs.findRevision}";
  const rest = "outcome: [a, b, c]\nfinally:\n  - {id: c, title: T, action: ecs.findRevision}";
  const text = documentOf({ steps, rest });
  expect(
    problemsOf(text)
      .split("\n")
      .filter((line) => line.includes("outcome")),
  ).toEqual([
    expect.stringContaining('the outcome names no step "b"'),
    expect.stringContaining('the outcome names no step "c"'),
  ]);
});
