import type { Clock } from "../domain/ports.ts";
import type { WatchReport } from "../domain/watch/report.ts";
import { watchData } from "../domain/watch/report-json.ts";
import { createLiveView } from "../ui/io/live-view.ts";
import { renderWatch, watchLine, watchNews } from "../ui/render/watch.ts";
import { jsonText } from "../ui/text/json-text.ts";
import { isTextOutput, type OutputOptions } from "./output.ts";
import { displayOptions, type ProcessContext } from "./process-context.ts";

/** Shows the progress of a watch, minute by minute. */
export interface WatchView {
  show(report: WatchReport): void;
  /** One line while there is no report yet. */
  say(text: string): void;
  close(): void;
}

/** Cells that the live view puts before each line. */
const MARGIN = 2;

/** A log that says nothing for longer (ms of the target's clock) looks as if the watch had stopped. */
const SILENT_MS = 5 * 60_000;

/** Tells a report whose states differ from those that were told last, and any after five minutes. */
function onNews(tell: (report: WatchReport) => void): (report: WatchReport) => void {
  let last = { news: "", at: Number.NEGATIVE_INFINITY };
  return (report) => {
    const news = watchNews(report);
    if (news === last.news && report.at < last.at + SILENT_MS) return;
    last = { news, at: report.at };
    tell(report);
  };
}

/** Redrawn in place on a terminal. Otherwise a line on stderr when a state changes, or with ndjson one JSON line a minute on stdout. */
export function openWatchView(options: OutputOptions, context: ProcessContext, clock: Clock, title: string): WatchView {
  const { stdout, stderr } = context;
  const shape = displayOptions(context);
  const say = (text: string) => void stderr.write(`${text}\n`);
  if (options.output === "ndjson") {
    // The last report is the answer itself, which the command prints.
    const tell = (report: WatchReport) => {
      if (report.verdict === undefined) stdout.write(`${jsonText(watchData(report))}\n`);
    };
    return { show: tell, say, close: () => undefined };
  }
  if (shape.quiet === true) return { show: () => undefined, say: () => undefined, close: () => undefined };
  if (!shape.live || !isTextOutput(options)) {
    return { show: onNews((report) => say(watchLine(report, shape))), say, close: () => undefined };
  }
  const view = createLiveView({ input: context.stdin, output: stderr, display: shape }, clock);
  // A stop prints a message, and the view would draw over it.
  context.stop.addEventListener("abort", () => view.stop());
  view.show("watch", { title });
  const narrower = { ...shape, columns: shape.columns - MARGIN, colour: false };
  return {
    show: (report) => view.update(renderWatch(report, narrower)),
    say: (text) => view.update(text),
    close: () => view.stop(),
  };
}
