import type { DefaultRenderer, ListrTaskWrapper } from "listr2";
import type { Clock } from "../../domain/ports.ts";
import { formatDuration } from "../../domain/time.ts";
import { type Look, legible } from "../text/style.ts";

/** One running step, redrawn in place between two questions. */
export interface LiveView {
  /** Begins to show a step, or goes on showing it. */
  show(title: string): void;
  /** What the wait says now; nothing where no step is shown. */
  update(text: string): void;
  /** Clears the view at once and gives the cursor back; what is printed next stands where the view was. */
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

export function createLiveView(output: NodeJS.WriteStream, look: Look, clock: Pick<Clock, "now">): LiveView {
  let run: Run | undefined;
  return {
    get title() {
      return run?.title;
    },
    show(title) {
      if (run?.title === title) return;
      this.stop();
      run = newRun(title, clock.now());
      // The view is decoration: where it cannot be drawn, the lines that are printed anyway tell the same.
      draw(run, output, look, clock).catch(() => undefined);
    },
    update(text) {
      if (run === undefined) return;
      run.text = legible(text, look);
      if (run.task !== undefined) run.task.output = run.text;
    },
    stop() {
      if (run === undefined) return;
      run.isStopped = true;
      run.clear?.();
      run.end();
      run = undefined;
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

/** Loads listr2 only now: a run that never waits never pays for it. */
async function draw(run: Run, output: NodeJS.WriteStream, look: Look, clock: Pick<Clock, "now">): Promise<void> {
  const listr = await import("listr2");
  if (run.isStopped) return;
  const list = new listr.Listr([{ title: run.title, task: (_context, task) => begin(run, task) }], {
    renderer: synchronousRenderer(listr, run, () => titleOf(run, look, clock)),
    rendererOptions: {
      clearOutput: true,
      removeEmptyLines: true,
      spinner: spinner(listr, look),
      icon: { OUTPUT: look.unicode ? "›" : ">" },
      color: Object.fromEntries(Object.values(listr.ListrDefaultRendererLogLevels).map((level) => [level, String])),
      logger: new listr.ListrLogger({ useIcons: true, toStderr: [], processOutput: ownOutput(listr, output) }),
    },
    // Ctrl-C belongs to the command: listr2 would leave the process with 127.
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

function titleOf({ title, since }: Run, look: Look, clock: Pick<Clock, "now">): string {
  return legible(`WAIT  ${title}  (${formatDuration((clock.now() - since) / 1000)})`, look);
}

/**
 * listr2 ends a list some turns of the event loop after its task; the next line would be printed in between and be
 * erased. This renderer can be cleared at once, and ignores the later end.
 */
function synchronousRenderer({ DefaultRenderer }: Listr2, run: Run, title: () => string) {
  return class extends DefaultRenderer {
    // Asked of process.stdout otherwise, which need not be the stream that is drawn on.
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

function spinner({ Spinner }: Listr2, look: Look) {
  return look.unicode
    ? new Spinner()
    : new (class extends Spinner {
        protected override readonly spinner = ["-", "\\", "|", "/"];
      })();
}

/** listr2 takes over `write` of the streams it is given; these are stand-ins, so that nobody else's output is held back. */
function ownOutput({ ProcessOutput }: Listr2, output: NodeJS.WriteStream) {
  const standIn = () => ({
    write: (text: string) => output.write(text),
    columns: output.columns,
    rows: output.rows,
    isTTY: true,
  });
  return new ProcessOutput(standIn() as never, standIn() as never, { leaveEmptyLine: false });
}
