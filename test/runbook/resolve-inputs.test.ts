import { expect, test } from "vitest";
import { OpsError } from "../../src/domain/error.ts";
import { resolveInputs } from "../../src/runbook/resolve-inputs.ts";
import { documentOf, runbookOf } from "./specs.ts";

const NOW = Date.parse("2026-04-10T12:00:00Z");
const runbook = runbookOf(
  documentOf({
    inputs: [
      "  to: {type: revision, required: false, description: Revision to return to.}",
      "  until: {type: time, default: -15m, description: Restore point.}",
      "  watch: {type: duration, default: 30m, description: How long.}",
      "  cutover: {type: choice, choices: [revision, dns], description: How to switch over.}",
      "  count: {type: integer, minimum: 1, maximum: 4, required: false, description: How many.}",
    ].join("\n"),
  }),
);

function refusal(given: Readonly<Record<string, unknown>>): string {
  try {
    resolveInputs(runbook, given, NOW);
  } catch (error) {
    if (error instanceof OpsError) return [error.exitCode, error.message, ...(error.detail.next ?? [])].join("\n");
    throw error;
  }
  return "";
}

test("defaults, and every text turned into its type once", () => {
  expect(resolveInputs(runbook, { to: "42", cutover: "dns", watch: undefined }, NOW)).toEqual({
    to: 42,
    until: "2026-04-10T11:45:00.000Z",
    watch: 1800,
    cutover: "dns",
  });
});

test.each([
  ["an unknown name", { cutovr: "dns" }],
  ["an inherited name", { constructor: "x" }],
  ["nothing where something is needed", {}],
  ["a word for a number", { cutover: "dns", to: "abc" }],
  ["zero", { cutover: "dns", to: "0" }],
  ["twice", { cutover: "dns", to: ["1", "2"] }],
  ["no choice", { cutover: "ip" }],
  ["out of range", { cutover: "dns", count: 5 }],
  ["control characters", { cutover: "\u001b[2J\u202e" }],
  ["very long", { cutover: "x".repeat(10_000) }],
])("refused: %s", (_name, given) => {
  expect(refusal(given)).toMatchSnapshot();
});
