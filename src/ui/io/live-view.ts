import type { DefaultRenderer, ListrTaskWrapper } from "listr2";
import type { Clock } from "../../domain/ports.ts";
import { formatDuration } from "../../domain/time.ts";
import { type DisplayOptions, toAscii } from "../text/style.ts";

/** One running step, redrawn in place between two questions. */
export interface LiveView {
  /** Begins to show a step, or continues to show it. */
  show(title: string): void;
  /** Sets the text of the wait; does nothing if no step is shown. */
  update(text: string): void;
  /** Clears the view at once and restores the cursor. The next output replaces the view. */
  stop(): void;
  /** The title that is shown. */
  readonly title: string | undefined;
}

/** A list of one task, from `show` to `stop`. */
interface Run {
  readonly title: string;
  readonly since: number;
  text: string;
  isStopped: boolean;
  /** Ends the task. */
  readonly ended: Promise<void>;
  readonly end: () => void;
  /** Known once listr2 is loaded and the task has begun. */
  task?: Pick<ListrTaskWrapper<unknown, typeof DefaultRenderer, typeof DefaultRenderer>, "title" | "output">;
  clear?: () => void;
}

/** Those that are shown; a process has one terminal. */
const shown = new Set<LiveView>();

/** Clears every view that is shown. The result draws them again. */
export function pauseViews(): () => void {
  const paused = [...shown].flatMap((view) => (view.title === undefined ? [] : [[view, view.title] as const]));
  for (const [view] of paused) view.stop();
  return () => {
    for (const [view, title] of paused) view.show(title);
  };
}

export function createLiveView(
  output: NodeJS.WriteStream,
  display: DisplayOptions,
  clock: Pick<Clock, "now">,
): LiveView {
  let run: Run | undefined;
  return {
    get title() {
      return run?.title;
    },
    show(title) {
      if (run?.title === title) return;
      this.stop();
      run = newRun(title, clock.now());
      shown.add(this);
      // The view is decoration: if it cannot be drawn, the printed lines still say the same.
      draw(run, output, display, clock).catch(() => undefined);
    },
    update(text) {
      if (run === undefined) return;
      run.text = toAscii(text, display);
      if (run.task !== undefined) run.task.output = run.text;
    },
    stop() {
      if (run === undefined) return;
      run.isStopped = true;
      run.clear?.();
      run.end();
      run = undefined;
      shown.delete(this);
    },
  };
}

function newRun(title: string, since: number): Run {
  let end = () => {};
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  return { title, since, text: "", isStopped: false, ended, end };
}

/** Loads listr2 only now: a run that never waits does not load it. */
async function draw(
  run: Run,
  output: NodeJS.WriteStream,
  display: DisplayOptions,
  clock: Pick<Clock, "now">,
): Promise<void> {
  const listr = await import("listr2");
  if (run.isStopped) return;
  const list = new listr.Listr([{ title: run.title, task: (_context, task) => begin(run, task) }], {
    renderer: synchronousRenderer(listr, run, () => titleOf(run, display, clock)),
    rendererOptions: {
      clearOutput: true,
      removeEmptyLines: true,
      spinner: spinner(listr, display),
      icon: { OUTPUT: display.unicode ? "›" : ">" },
      color: Object.fromEntries(Object.values(listr.ListrDefaultRendererLogLevels).map((level) => [level, String])),
      logger: new listr.ListrLogger({ useIcons: true, toStderr: [], processOutput: ownOutput(listr, output) }),
    },
    // The command handles Ctrl-C: listr2 would exit the process with 127.
    registerSignalListeners: false,
  });
  await list.run();
}

type Listr2 = typeof import("listr2");

function begin(run: Run, task: NonNullable<Run["task"]>): Promise<void> {
  run.task = task;
  if (run.text !== "") task.output = run.text;
  return run.ended;
}

function titleOf({ title, since }: Run, display: DisplayOptions, clock: Pick<Clock, "now">): string {
  return toAscii(`WAIT  ${title}  (${formatDuration((clock.now() - since) / 1000)})`, display);
}

/**
 * listr2 ends a list some turns of the event loop after its task, and would erase a line printed in between. This
 * renderer can be cleared at once, and ignores the later end.
 */
function synchronousRenderer({ DefaultRenderer }: Listr2, run: Run, title: () => string) {
  return class extends DefaultRenderer {
    // By default this is asked of process.stdout, which may not be the stream that we draw on.
    static override nonTTY = true;
    #state: "new" | "drawing" | "ended" = "new";

    override async render(): Promise<void> {
      run.clear = () => this.end();
      await super.render();
      if (this.#state === "ended") super.end();
      else this.#state = "drawing";
    }

    override update(): void {
      if (this.#state === "ended") return;
      const now = title();
      if (run.task !== undefined && run.task.title !== now) run.task.title = now;
      super.update();
    }

    override end(): void {
      const wasDrawing = this.#state === "drawing";
      this.#state = "ended";
      if (wasDrawing) super.end();
    }
  };
}

function spinner({ Spinner }: Listr2, display: DisplayOptions) {
  return display.unicode
    ? new Spinner()
    : new (class extends Spinner {
        protected override readonly spinner = ["-", "\\", "|", "/"];
      })();
}

/** listr2 takes over `write` of its streams. It gets substitutes, so that it holds back no other output. */
function ownOutput({ ProcessOutput }: Listr2, output: NodeJS.WriteStream) {
  const standIn = () => ({
    write: (text: string) => output.write(text),
    columns: output.columns,
    rows: output.rows,
    isTTY: true,
  });
  return new ProcessOutput(standIn() as never, standIn() as never, { leaveEmptyLine: false });
}
