import { expect, it } from "vitest";
import { OpsError, usageError } from "../../../src/domain/error.ts";
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
