import type { Clock } from "../domain/ports.ts";
import type { WatchReport } from "../domain/watch/report.ts";
import { watchData } from "../domain/watch/report-json.ts";
import { createLiveView } from "../ui/io/live-view.ts";
import { renderWatch, watchLine } from "../ui/render/watch.ts";
import { jsonText } from "../ui/text/json-text.ts";
import { isTextOutput, type OutputOptions } from "./output.ts";
import { displayOptions, type ProcessContext } from "./process-context.ts";

/** Where a watch shows how it stands, minute by minute. */
export interface WatchView {
  tell(report: WatchReport): void;
  close(): void;
}

/** What the live view puts before each line. */
const MARGIN = 4;

/** Redrawn in place on a terminal; else a line a minute on stderr, or with ndjson a JSON line on stdout. */
export function openWatchView(options: OutputOptions, context: ProcessContext, clock: Clock, title: string): WatchView {
  const { stdout, stderr } = context;
  const shape = displayOptions(context);
  if (options.output === "ndjson") {
    // The last one is the answer itself.
    const tell = (report: WatchReport) => {
      if (report.verdict === undefined) stdout.write(`${jsonText(watchData(report))}\n`);
    };
    return { tell, close: () => undefined };
  }
  if (!shape.live || !isTextOutput(options)) {
    return { tell: (report) => void stderr.write(`${watchLine(report, shape)}\n`), close: () => undefined };
  }
  const view = createLiveView(stderr, shape, clock);
  view.show(title);
  const narrower = { ...shape, columns: shape.columns - MARGIN, colour: false };
  return { tell: (report) => view.update(renderWatch(report, narrower)), close: () => view.stop() };
}
