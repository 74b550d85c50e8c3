// biome-ignore-all lint/suspicious/noTemplateCurlyInString: references in runbooks look like this
import { describe, expect, test } from "vitest";
import { documentOf, problemsOf } from "./specs.ts";

describe("text that is not one plain YAML document", () => {
  test.each([
    ["empty", ""],
    ["only a comment", "# nothing\n"],
    ["two documents", `${documentOf({})}---\na: 1\n`],
    ["an older YAML", "%YAML 1.1\n---\na: no\n"],
    ["another directive", "%TAG ! tag:x,2000:\n---\na: 1\n"],
    ["a tab that indents", "inputs:\n\tto: 1\n"],
    ["a tab that the parser notices late", "id: x\n  \ttitle: y\n"],
    ["an unclosed quote", "id: 'x\n"],
    ["a colon in a text", "title: Restore: the service\n"],
    ["an unquoted reference in braces", "with: {to: ${{ inputs.to }}}\n"],
    ["a list", "- a\n"],
    ["a text", "hello\n"],
  ])("%s", (_name, text) => {
    expect(problemsOf(text)).toMatchSnapshot();
  });

  test("YAML 1.2 may be named", () => {
    expect(problemsOf(`%YAML 1.2\n---\n${documentOf({})}`)).toBe("");
  });

  test("CR LF and a byte order mark are no problem", () => {
    expect(problemsOf(`\ufeff${documentOf({}).replaceAll("\n", "\r\n")}`)).toBe("");
  });
});

test("anchors, aliases, tags, odd keys, odd numbers and hidden characters, each at its place", () => {
  const text = documentOf({
    inputs: "  to: &to {type: revision, description: *to}\n  1: {type: string, description: x}",
    steps: [
      "  - id: find",
      '    title: "Find \\u202e it"',
      "    action: !success ecs.findRevision",
      "    with: {to: 007}",
      "    timeoutSeconds: 1e3",
      "    title: Again",
      "    with: {{ x }}",
    ].join("\n"),
  });
  expect(problemsOf(text)).toMatchInlineSnapshot(`
    "x.yaml:6:7: the anchor "&to" is not allowed (a runbook writes every value out; quote a text that begins with &)
    x.yaml:6:41: the alias "*to" is not allowed (a runbook writes every value out; quote a text that begins with *)
    x.yaml:7:3: a key has to be text (YAML reads {{ x }} as a map, and 1, true and null as no text; quote it)
    x.yaml:10:12: the text "Find \\u{202e} it" contains an invisible or control character
    x.yaml:11:13: the tag "!success" is not allowed (a runbook is plain data; quote a text that begins with !)
    x.yaml:12:16: YAML reads 007 as the number 7 (quote it if text is meant)
    x.yaml:13:21: YAML reads 1e3 as the number 1000 (quote it if text is meant)
    x.yaml:14:5: the key "title" is here a second time (the first is at line 10)
    x.yaml:15:5: the key "with" is here a second time (the first is at line 12)
    x.yaml:15:12: a key has to be text (YAML reads {{ x }} as a map, and 1, true and null as no text; quote it)"
  `);
});

test("keys with JavaScript's own names are names like any other", () => {
  const text = `${documentOf({
    inputs: "  __proto__: {type: string, description: x}\n  constructor: {type: string, description: x}",
    steps: [
      "  - {id: toString, title: T, action: constructor, with: {__proto__: 1, constructor: 2}}",
      "  - {id: find, title: T, action: ecs.findRevision, with: {to: '${{ inputs.valueOf }}', constructor: 1}}",
      "  - {id: more, title: T, action: ecs.updateService, with: {taskDefinition: '${{ steps.find.constructor }}'}}",
    ].join("\n"),
  })}__proto__: {polluted: true}\nconstructor: 1\n`;
  expect(problemsOf(text)).toMatchInlineSnapshot(`
    "x.yaml:6:3: a name cannot be "__proto__" (a lower-case letter, then up to 39 letters and digits)
    x.yaml:7:3: a name cannot be "constructor" (the name is reserved)
    x.yaml:9:10: "id" cannot be "toString" (the name is reserved)
    x.yaml:9:38: unknown action "constructor" (there is ecs.findRevision, ecs.findEarlier, ecs.updateService, ecs.scale, watch.service)
    x.yaml:10:63: there is no input "valueOf" (there is __proto__, constructor)
    x.yaml:10:88: ecs.findRevision has no input "constructor" (there is to)
    x.yaml:11:76: ecs.findRevision gives no "constructor" (there is taskDefinition, revision, image)
    x.yaml:12:1: unknown key "__proto__" in the runbook (there is schemaVersion, id, title, description, inputs, outcome, rehearsal, steps, finally)
    x.yaml:13:1: unknown key "constructor" in the runbook (there is schemaVersion, id, title, description, inputs, outcome, rehearsal, steps, finally)"
  `);
  expect(Object.hasOwn(Object.prototype, "polluted")).toBe(false);
});
