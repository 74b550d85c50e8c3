import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Binding, TARGET_FIELDS } from "../../src/domain/runbook.ts";
import type { Target } from "../../src/domain/target.ts";
import { bind, formatReference, parseReference, type Reference, type Scope } from "../../src/runbook/reference.ts";

const name = fc.stringMatching(/^[a-z][A-Za-z0-9]{0,39}$/);
const reference: fc.Arbitrary<Reference> = fc.oneof(
  fc.record({ kind: fc.constant("input" as const), name }),
  fc.record({ kind: fc.constant("output" as const), step: name, name }),
  fc.record({ kind: fc.constant("target" as const), name: fc.constantFrom(...TARGET_FIELDS) }),
);

describe("parseReference", () => {
  test("reads back what formatReference writes, whatever the blanks", () => {
    fc.assert(
      fc.property(reference, fc.stringMatching(/^[ \t]{0,3}$/), (given, blanks) => {
        const written = formatReference(given);
        expect(parseReference(written)).toEqual(given);
        expect(parseReference(written.replace(/ /g, blanks))).toEqual(given);
      }),
    );
  });

  test("takes nothing but a whole value", () => {
    fc.assert(
      fc.property(reference, fc.string({ minLength: 1 }), (given, more) => {
        expect(parseReference(formatReference(given) + more)).toBeUndefined();
        expect(parseReference(more + formatReference(given))).toBeUndefined();
      }),
    );
  });
});

describe("bind", () => {
  const target: Target = { name: "prod", cluster: "c", service: "s", database: "d", production: true };
  const scope = (steps: Scope["steps"]): Scope => ({ inputs: { to: 42 }, target, steps });
  const bound = (binding: Binding, steps: Scope["steps"] = {}) => bind({ with: { it: binding } }, scope(steps)).it;
  const output: Binding = { kind: "output", step: "find", name: "revision" };

  test("what is written, given or configured is given", () => {
    expect(bound({ kind: "value", value: false })).toEqual({ value: false, origin: "given" });
    expect(bound({ kind: "input", name: "to" })).toEqual({ value: 42, origin: "given" });
    expect(bound({ kind: "target", name: "cluster" })).toEqual({ value: "c", origin: "given" });
  });

  test("an output is as good as its step", () => {
    const find = (origin: "read" | "predicted" | "pending") => ({ find: { outputs: { revision: 7 }, origin } });
    expect(bound(output, find("read"))).toEqual({ value: 7, origin: "read", step: "find" });
    expect(bound(output, find("predicted"))).toEqual({ value: 7, origin: "predicted", step: "find" });
    expect(bound(output, find("pending"))).toEqual({ origin: "pending", step: "find" });
    expect(bound(output)).toEqual({ origin: "pending", step: "find" });
  });

  test("an output that its step has not given is pending until the step has ended, then left out", () => {
    expect(bound(output, { find: { outputs: {}, origin: "predicted" } })).toEqual({ origin: "pending", step: "find" });
    expect(bound(output, { find: { outputs: {}, origin: "read" } })).toBeUndefined();
  });

  test("what nobody gave is left out, and nothing is inherited", () => {
    expect(bind({ with: { it: { kind: "input", name: "gone" } } }, scope({}))).toEqual({});
    expect(bound({ kind: "target", name: "account" })).toBeUndefined();
    expect(bound({ kind: "input", name: "constructor" })).toBeUndefined();
    expect(bound({ kind: "output", step: "constructor", name: "name" })).toEqual({
      origin: "pending",
      step: "constructor",
    });
  });
});
