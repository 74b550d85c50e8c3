import { expect, it } from "vitest";
import { renderHolder } from "../../../src/ui/io/take-over-prompt.ts";
import type { DisplayOptions } from "../../../src/ui/text/style.ts";

const LOOK: DisplayOptions = { columns: 80, colour: false, unicode: true, live: false };
const SINCE = "2026-04-10T03:41:07.000Z";
const HOLDER = {
  execution: "b7k2mq",
  command: "run maintenance-window",
  operator: "bob",
  host: "laptop",
  since: SINCE,
};

it.each([40, 80])("the holder of a target at %i columns", async (columns) => {
  const now = Date.parse(SINCE) + 724_000;
  const shared = renderHolder({ kind: "takeOver", holder: HOLDER, scope: "shared", now }, { ...LOOK, columns });
  const here = renderHolder({ kind: "takeOver", holder: HOLDER, scope: "machine", now }, { ...LOOK, columns });
  await expect(`${shared}\n${here}`).toMatchFileSnapshot(`../../golden/ui/take-over-${columns}.txt`);
});
