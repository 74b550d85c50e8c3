import type { Clock, ExpectedWait } from "../../domain/ports.ts";
import { renderWait, type ShownWait } from "../render/wait.ts";
import type { DisplayOptions } from "../text/style.ts";
import { createFrame, type Frame } from "./frame.ts";
import { createQuietKeyboard } from "./quiet-keyboard.ts";
import { holdTerminal } from "./suspend.ts";

/** One waiting step, redrawn in place between two questions. */
export interface LiveView {
  /** Begins to show a step, or continues to show it. */
  show(step: string, name: Pick<ShownWait, "number" | "title" | "next">): void;
  /** What is known of the step's wait. It is shown from then on. */
  know(wait: ExpectedWait, name: Pick<ShownWait, "number" | "title">): void;
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

type Shown = ShownWait & { readonly step: string };

export function createLiveView(surface: Surface, clock: Pick<Clock, "now">): LiveView {
  let waiting: Shown | undefined;
  let close: (() => void) | undefined;
  const frame = createFrame(surface.output);
  const draw = (): void => {
    if (waiting !== undefined) frame.draw(renderWait(waiting, clock.now(), sizeNow(surface)));
  };
  const begin = (wait: Shown | undefined): void => {
    waiting = wait;
    close ??= takeScreen(surface, frame, draw);
    shown.add(view);
    draw();
  };
  const end = (): void => {
    shown.delete(view);
    close?.();
    close = undefined;
  };
  const view: LiveView = {
    show(step, name) {
      begin(waiting?.step === step ? waiting : { step, ...name, since: clock.now(), text: "" });
    },
    know(wait, name) {
      begin({ ...name, ...wait, text: waiting?.step === wait.step ? waiting.text : "" });
    },
    update(text) {
      if (waiting === undefined) return;
      waiting = { ...waiting, text };
      if (close !== undefined) draw();
    },
    pause() {
      if (close === undefined) return () => undefined;
      end();
      return () => begin(waiting);
    },
    stop() {
      end();
      waiting = undefined;
    },
  };
  return view;
}

/** A terminal may have become narrower since the process began. */
const sizeNow = ({ output, display }: Surface): DisplayOptions => ({
  ...display,
  columns: Math.min(display.columns, output.columns || display.columns),
});

/** From now on keys are quiet and the frame is drawn each second, also after Ctrl-Z. The result gives it all back. */
function takeScreen({ input }: Surface, frame: Frame, draw: () => void): () => void {
  const keyboard = createQuietKeyboard(input);
  const giveBack = (): void => {
    frame.clear();
    keyboard.release();
  };
  const retake = (): void => {
    // Raw mode that a shell has ended counts as set until it is set anew.
    keyboard.release();
    keyboard.take();
    draw();
  };
  keyboard.take();
  const timer = setInterval(draw, REDRAW_MS);
  timer.unref();
  const forget = holdTerminal({ release: giveBack, retake });
  return () => {
    clearInterval(timer);
    forget();
    giveBack();
  };
}
