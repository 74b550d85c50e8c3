import { expect, it } from "vitest";
import { renderUnshared } from "../../../src/ui/io/unshared-prompt.ts";
import type { DisplayOptions } from "../../../src/ui/text/style.ts";

const LOOK: DisplayOptions = { columns: 120, colour: false, unicode: true, live: false };
const STORE = "dynamodb://vulcan-ops-journal?region=eu-west-1";

it("names the shared journal once", () => {
  const why = `the shared journal ${STORE} refused: AWS refused dynamodb:PutItem to these credentials`;
  const question = { kind: "unshared", execution: "x0001", text: "unshared x0001", hasSent: false } as const;
  const shown = renderUnshared({ ...question, store: STORE, why }, LOOK);
  expect(shown.split(STORE)).toHaveLength(2);
  expect(shown).toMatch(/Why +it refused: AWS refused dynamodb:PutItem/);
});
