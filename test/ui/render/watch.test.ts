import { describe, expect, it } from "vitest";
import { watchLines } from "../../../src/actions/watch/report-lines.ts";
import type { WatchReport } from "../../../src/domain/watch/report.ts";
import { judgeWatch } from "../../../src/domain/watch/verdict.ts";
import { renderVerdict, renderWatch, watchLine } from "../../../src/ui/render/watch.ts";
import type { DisplayOptions } from "../../../src/ui/text/style.ts";
import { width } from "../../../src/ui/text/wrap.ts";
import { evidence, minute } from "../../domain/watch/evidences.ts";

const PLAIN: DisplayOptions = { columns: 80, colour: false, unicode: true, live: false };

function reportOf(given: ReturnType<typeof evidence>, notes: readonly string[] = []): WatchReport {
  return {
    ...judgeWatch(given),
    at: given.now,
    cluster: "vulcan-prod",
    service: "vulcan-prod",
    asked: given.asked,
    before: given.before,
    mostConnections: { most: 200, how: "SQL" },
    notes,
  };
}

const STABLE = reportOf(evidence());
const WORSE = reportOf(evidence({ healthy: (at) => (at > 12 ? 2 : 3) }));
const GOING = reportOf(evidence({ connections: (at) => (at === 6 ? undefined : 84) }, { now: minute(17) }), [
  "2 min seen late, when CloudWatch or this machine was back",
]);

const SCREENS: Readonly<Record<string, (display: DisplayOptions) => string>> = {
  "watch-going": (display) => renderWatch(GOING, display),
  "watch-stable": (display) => renderVerdict(STABLE, [], display),
  "watch-worse": (display) => renderVerdict(WORSE, ["vulcan-ops rollback --region eu-west-1"], display),
};

describe.each(Object.entries(SCREENS))("the screen %s", (name, render) => {
  it.each([40, 80, 120])("at %i columns", async (columns) => {
    await expect(render({ ...PLAIN, columns })).toMatchFileSnapshot(`../../golden/ui/${name}-${columns}.txt`);
  });

  it.each([40, 80, 120])("fits %i columns", (columns) => {
    for (const unicode of [true, false]) {
      const lines = render({ ...PLAIN, columns, unicode }).split("\n");
      expect(lines.filter((line) => width(line) > columns)).toEqual([]);
    }
  });

  it("says the same in colour, and the same words in ASCII", () => {
    const coloured = render({ ...PLAIN, colour: true });
    expect(coloured.replace(/\u001b\[[0-9;]*m/g, "")).toBe(render(PLAIN));
    expect(render({ ...PLAIN, unicode: false })).toMatch(/^[\n\x20-\x7e]*$/);
  });
});

it("a minute is a line in a log, and a few in a step of a runbook", () => {
  expect(watchLine(GOING, PLAIN)).toMatchInlineSnapshot(
    `"04:17:00Z  14/30 min, 13 min to go: CPU % 33, Memory % 53, Healthy hosts 3, Unhealthy hosts 0, DB connections 84 (WORSE +40 %), 5xx % 0, Requests/min 925"`,
  );
  expect(watchLines(GOING).join("\n")).toMatchInlineSnapshot(`
    "no limit broken; higher than before: DB connections; 1 min missing
      CPU %: before 31.0, now 32.6, like before
      Memory %: before 52.0, now 52.8, like before
      Healthy hosts: before 3, now 3, OK
      Unhealthy hosts: before 0, now 0, OK
      DB connections: before 60.1, now 84, WORSE +40 %
      5xx %: before 0, now 0, OK
      2 min seen late, when CloudWatch or this machine was back"
  `);
});
