import { type Given, textOf } from "../../cli/options.ts";
import { isForPeople } from "../../cli/output.ts";
import { type Context, look } from "../../cli/process-context.ts";
import type { Clock } from "../../domain/ports.ts";
import type { WatchReport } from "../../domain/watch/report.ts";
import { createLiveView } from "../../ui/io/live-view.ts";
import { jsonText } from "../../ui/json-text.ts";
import { renderWatch, watchLine } from "../../ui/render/watch.ts";
import { watchData } from "./report-json.ts";

/** Where a watch shows how it stands, minute by minute. */
export interface WatchView {
  tell(report: WatchReport): void;
  close(): void;
}

/** What the live view puts before each line. */
const MARGIN = 4;

/** Redrawn in place on a terminal; else a line a minute on stderr, or with ndjson a JSON line on stdout. */
export function openWatchView(given: Given, context: Context, clock: Clock, title: string): WatchView {
  const { stdout, stderr } = context;
  const shape = look(context);
  if (textOf(given, "output") === "ndjson") {
    // The last one is the answer itself.
    const tell = (report: WatchReport) => {
      if (report.verdict === undefined) stdout.write(`${jsonText(watchData(report))}\n`);
    };
    return { tell, close: () => undefined };
  }
  if (!shape.live || !isForPeople(given)) {
    return { tell: (report) => void stderr.write(`${watchLine(report, shape)}\n`), close: () => undefined };
  }
  const view = createLiveView(stderr, shape, clock);
  view.show(title);
  const narrower = { ...shape, columns: shape.columns - MARGIN, colour: false };
  return { tell: (report) => view.update(renderWatch(report, narrower)), close: () => view.stop() };
}
