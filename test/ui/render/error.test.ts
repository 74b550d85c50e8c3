import { expect, it } from "vitest";
import { guardError, OpsError, usageError } from "../../../src/domain/error.ts";
import { interrupted } from "../../../src/ui/io/keyboard.ts";
import { renderError } from "../../../src/ui/render/error.ts";
import type { DisplayOptions } from "../../../src/ui/text/style.ts";

const PLAIN: DisplayOptions = { columns: 80, colour: false, unicode: true, live: false };

const ERRORS = [
  usageError("revision-absent", "there is no task definition vulcan-prod:99; ACTIVE revisions of vulcan-prod: 43, 42", [
    "vulcan-ops rollback --to 42",
  ]),
  new OpsError({
    code: "unreachable",
    exitCode: 1,
    fault: "remote",
    message: "ecs.eu-west-1.amazonaws.com does not answer\n::error::what it said instead",
    unchanged: "Nothing changed since step 1.",
    next: ["vulcan-ops resume 7K2M", "Look at the network first."],
  }),
  new OpsError({
    code: "internal",
    exitCode: 1,
    fault: "tool",
    message: "this should not have happened",
    cause: new Error("cannot read \u001b]0;title\u0007 of undefined"),
  }),
];

it.each([40, 80])("errors at %i columns", async (columns) => {
  const text = ERRORS.map((error) => renderError(error, { ...PLAIN, columns })).join("\n");
  expect(text).not.toMatch(/^::|\u001b/m);
  await expect(text).toMatchFileSnapshot(`../../golden/ui/errors-${columns}.txt`);
});

it("says that nothing changed only where something could have", () => {
  const error = guardError("lost", "the target moved");
  expect(renderError(error, PLAIN)).toContain("No changes made.");
  expect(renderError(error, PLAIN, false)).not.toContain("No changes made.");
});

it("reports Ctrl-C at a question as no failure", () => {
  const error = interrupted("No changes made.");
  expect(renderError(error, { ...PLAIN, colour: true })).toBe("Cancelled. No changes made.\n");
});

it("keeps the code whole, on the row where the sentence ends", () => {
  expect(renderError(usageError("flag-unknown", "word ".repeat(11).trim()), PLAIN)).toBe(
    `✗ ${"word ".repeat(11)}[flag-unknown, exit 6]\n`,
  );
  const wrapped = renderError(usageError("flag-unknown", "word ".repeat(13).trim()), PLAIN);
  expect(wrapped.split("\n")[1]).toBe("  [flag-unknown, exit 6]");
  expect(renderError(usageError("x", "y"), { ...PLAIN, unicode: false })).toBe("FAIL y [x, exit 6]\n");
});
