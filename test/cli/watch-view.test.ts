import { expect, it } from "vitest";
import type { ProcessContext } from "../../src/cli/process-context.ts";
import { openWatchView } from "../../src/cli/watch-view.ts";
import type { WatchReport } from "../../src/domain/watch/report.ts";
import { judgeWatch } from "../../src/domain/watch/verdict.ts";
import { evidence, minute } from "../domain/watch/evidences.ts";

function reportAt(now: number, given: Parameters<typeof evidence>[0] = {}): WatchReport {
  const seen = evidence(given, { now: minute(now) });
  return {
    ...judgeWatch(seen),
    ...{ at: seen.now, asked: seen.asked, before: seen.before, notes: [] },
    ...{ cluster: "vulcan-prod", service: "vulcan-prod" },
  };
}

/** What a watch without a terminal writes. */
function linesOf(reports: readonly WatchReport[]): readonly string[] {
  const lines: string[] = [];
  const stream = { isTTY: false, columns: 400, write: (text: string) => lines.push(text) };
  const context = { stdout: stream, stderr: stream, env: {} } as unknown as ProcessContext;
  const view = openWatchView({ output: "text" }, context, { now: () => 0, sleep: async () => {} } as never, "");
  for (const report of reports) view.show(report);
  return lines.map((line) => line.slice(0, 5));
}

it("a watch without a terminal prints a line when a state changes, and else every five minutes", () => {
  const calm = Array.from({ length: 7 }, (_, index) => reportAt(16 + index));
  expect(linesOf(calm)).toEqual(["04:16", "04:21"]);
  const odd = reportAt(18, { unhealthy: () => 1 });
  expect(linesOf([reportAt(16), reportAt(17), odd, reportAt(19)])).toEqual(["04:16", "04:18", "04:19"]);
});
