import type { Clock } from "../domain/ports.ts";
import { type FollowReport, followData } from "../domain/upgrade/follow-report.ts";
import { phasesKey } from "../domain/upgrade/phase-progress.ts";
import { createLiveView } from "../ui/io/live-view.ts";
import { followLines, followTitle, renderPhases } from "../ui/render/follow.ts";
import { jsonText } from "../ui/text/json-text.ts";
import type { DisplayOptions } from "../ui/text/style.ts";
import { isTextOutput, type OutputOptions } from "./output.ts";
import { displayOptions, type ProcessContext } from "./process-context.ts";

/** Shows the phases of a deployment while it lasts. */
export interface FollowView {
  show(report: FollowReport): void;
  close(): void;
}

/** Cells that the live view puts before each line. */
const MARGIN = 2;
/** A countdown moves each second, also between two reads. */
const TICK_MS = 1000;

/**
 * Redrawn in place on a terminal. Otherwise a line on stderr, or with ndjson a JSON line on stdout, when something has
 * happened.
 */
export function openFollowView(options: OutputOptions, context: ProcessContext, clock: Clock): FollowView {
  const shape = displayOptions(context);
  if (options.output === "ndjson")
    return onChange((report) => context.stdout.write(`${jsonText(followData(report))}\n`));
  if (shape.quiet === true) return { show: () => undefined, close: () => undefined };
  if (shape.live && isTextOutput(options)) return liveView(context, shape, clock);
  return onChange((report, before) => {
    for (const line of followLines(report, before, shape)) context.stderr.write(`${line}\n`);
  });
}

function onChange(print: (report: FollowReport, before: FollowReport | undefined) => void): FollowView {
  const keyOf = ({ phases, trouble }: FollowReport) => `${phasesKey(phases)} ${trouble === undefined}`;
  let before: FollowReport | undefined;
  return {
    show(report) {
      if (before !== undefined && keyOf(before) === keyOf(report)) return;
      print(report, before);
      before = report;
    },
    close: () => undefined,
  };
}

function liveView(context: ProcessContext, shape: DisplayOptions, clock: Clock): FollowView {
  const view = createLiveView({ input: context.stdin, output: context.stderr, display: shape }, clock);
  // A stop prints a message, and the view would draw over it.
  context.stop.addEventListener("abort", () => view.stop());
  const narrower = { ...shape, columns: shape.columns - MARGIN, colour: false };
  let last: FollowReport | undefined;
  const draw = (): void => {
    if (last === undefined) return;
    const wait = { step: "follow", since: Date.parse(last.began), resume: RESUME };
    view.know(wait, followTitle(last));
    view.update(renderPhases(last, clock.now(), narrower));
  };
  const timer = setInterval(draw, TICK_MS);
  timer.unref();
  return {
    show(report) {
      last = report;
      if (!context.stop.aborted) draw();
    },
    close() {
      clearInterval(timer);
      view.stop();
    },
  };
}

const RESUME = "vulcan-ops upgrade --follow";
