import type { Clock, Wait } from "../../domain/ports.ts";
import { renderWait, type ShownWait } from "../render/wait.ts";
import type { DisplayOptions } from "../text/style.ts";
import { width } from "../text/wrap.ts";
import { createQuietKeyboard } from "./quiet-keyboard.ts";
import { holdTerminal } from "./suspend.ts";

/** One waiting step, redrawn in place between two questions. */
export interface LiveView {
  /** Begins to show a step, or continues to show it. */
  show(step: string, name: Pick<ShownWait, "number" | "title" | "execution">): void;
  /** What is known of the step's wait. It is shown from then on. */
  know(wait: Wait, name: Pick<ShownWait, "number" | "title">): void;
  /** Sets the text of the wait; does nothing if no step is shown. */
  update(text: string): void;
  /** Clears the view at once; the returned call shows it again, if it was shown. */
  pause(): () => void;
  /** Ends the wait: clears the view at once and restores cursor and keyboard. */
  stop(): void;
}

/** A terminal, as far as a view needs it. */
interface Surface {
  readonly input: NodeJS.ReadStream;
  readonly output: NodeJS.WriteStream;
  readonly display: DisplayOptions;
}

const HIDE_CURSOR = "\u001b[?25l";
const SHOW_CURSOR = "\u001b[?25h";
const ERASE_BELOW = "\u001b[J";
/** Once a second: the elapsed time moves, and a screen reader is not flooded. */
const REDRAW_MS = 1000;

/** Those that are shown; a process has one terminal. */
const shown = new Set<LiveView>();

/** Clears every view that is shown. The result draws them again. */
export function pauseViews(): () => void {
  const resumed = [...shown].map((view) => view.pause());
  return () => {
    for (const resume of resumed) resume();
  };
}

export function createLiveView({ input, output, display }: Surface, clock: Pick<Clock, "now">): LiveView {
  const keyboard = createQuietKeyboard(input);
  let waiting: (ShownWait & { readonly step: string }) | undefined;
  let drawn: readonly string[] = [];
  let close: (() => void) | undefined;

  const clear = (): string => {
    const rows = drawn.reduce((sum, line) => sum + rowsOf(line, output), 0);
    drawn = [];
    return rows === 0 ? "" : `\r${rows > 1 ? `\u001b[${rows - 1}A` : ""}${ERASE_BELOW}`;
  };
  const draw = (): void => {
    if (waiting === undefined || close === undefined) return;
    const wide = { ...display, columns: Math.min(display.columns, output.columns || display.columns) };
    const all = renderWait(waiting, clock.now(), wide);
    const erased = clear();
    // What does not fit above could not be erased.
    drawn = all.length < output.rows ? all : [...all.slice(0, Math.max(1, output.rows - 3)), ...all.slice(-1)];
    output.write(`${HIDE_CURSOR}${erased}${drawn.join("\n")}`);
  };
  const begin = (): void => {
    if (close !== undefined) {
      draw();
      return;
    }
    keyboard.take();
    const timer = setInterval(draw, REDRAW_MS);
    timer.unref();
    const release = holdTerminal({
      release() {
        output.write(`${clear()}${SHOW_CURSOR}`);
        keyboard.release();
      },
      retake() {
        keyboard.release();
        keyboard.take();
        drawn = [];
        draw();
      },
    });
    close = () => {
      close = undefined;
      clearInterval(timer);
      release();
      output.write(`${clear()}${SHOW_CURSOR}`);
      keyboard.release();
    };
    shown.add(view);
    draw();
  };
  const end = (): void => {
    shown.delete(view);
    close?.();
  };
  const view: LiveView = {
    show(step, name) {
      if (waiting?.step !== step) waiting = { step, ...name, since: clock.now(), text: "" };
      begin();
    },
    know({ step, ...wait }, name) {
      const text = waiting?.step === step ? waiting.text : "";
      waiting = { ...name, ...wait, step, text };
      begin();
    },
    update(text) {
      if (waiting === undefined) return;
      waiting = { ...waiting, text };
      draw();
    },
    pause() {
      if (close === undefined) return () => undefined;
      end();
      return begin;
    },
    stop() {
      end();
      waiting = undefined;
    },
  };
  return view;
}

/** A terminal that has become narrower shows a line on several rows. */
const rowsOf = (line: string, { columns }: NodeJS.WriteStream): number =>
  Math.max(1, Math.ceil(width(line) / (columns || Number.POSITIVE_INFINITY)));
