import type { Clock } from "../domain/ports.ts";
import type { WatchReport } from "../domain/watch/report.ts";
import { watchData } from "../domain/watch/report-json.ts";
import { createLiveView } from "../ui/io/live-view.ts";
import { renderWatch, watchLine } from "../ui/render/watch.ts";
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

/** Redrawn in place on a terminal. Otherwise one line a minute on stderr, or with ndjson one JSON line on stdout. */
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
    const show = (report: WatchReport) => void stderr.write(`${watchLine(report, shape)}\n`);
    return { show, say, close: () => undefined };
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
