import type { Listr, ListrRenderer } from "listr2";

/** Rows at the end of the screen that are drawn again in place. */
export interface Frame {
  /** Draws the rows where the last ones were. */
  draw(rows: readonly string[]): void;
  /** Erases the rows at once and shows the cursor. The next output takes their place. */
  clear(): void;
}

/** A list of one task, from the first `draw` to `clear`. */
interface Drawing {
  rows: readonly string[];
  isOver: boolean;
  /** Ends the task. */
  end(): void;
  readonly ended: Promise<void>;
  /** Known once listr2 is loaded and draws. */
  renderer?: Pick<ListrRenderer, "end"> & { update(): void };
}

export function createFrame(output: NodeJS.WriteStream): Frame {
  let drawing: Drawing | undefined;
  return {
    draw(rows) {
      const isNew = drawing === undefined;
      drawing ??= newDrawing();
      drawing.rows = fitting(rows, output);
      // The view is decoration: where it cannot be drawn, the printed lines say the same.
      if (isNew) show(drawing, output).catch(() => undefined);
      else drawing.renderer?.update();
    },
    clear() {
      if (drawing === undefined) return;
      drawing.isOver = true;
      drawing.renderer?.end();
      drawing.end();
      drawing = undefined;
    },
  };
}

function newDrawing(): Drawing {
  let end = () => {};
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  return { rows: [], isOver: false, end, ended };
}

/** Loads listr2 only now: a run that never waits does not load it. */
async function show(drawing: Drawing, output: NodeJS.WriteStream): Promise<void> {
  const listr = await import("listr2");
  if (drawing.isOver) return;
  const list: Listr<unknown, never, never> = new listr.Listr([{ task: () => drawing.ended }], {
    renderer: frameRenderer(listr, drawing) as never,
    // The command handles Ctrl-C: listr2 would exit the process with 127.
    registerSignalListeners: false,
    rendererOptions: {
      clearOutput: true,
      // Nothing moves by itself: a screen reader is not flooded.
      lazy: true,
      logger: new listr.ListrLogger({ useIcons: false, toStderr: [], processOutput: ownOutput(listr, output) }),
    } as never,
  });
  await list.run();
}

type Listr2 = typeof import("listr2");

/**
 * Draws our rows instead of a title with an icon. listr2 ends a list some turns of the event loop after its task, and would
 * erase a line printed in between: this renderer ends at once, and ignores the later end.
 */
function frameRenderer({ DefaultRenderer }: Listr2, drawing: Drawing) {
  return class extends DefaultRenderer {
    // By default this is asked of process.stdout, which may not be the stream that we draw on.
    static override nonTTY = true;
    #isDrawing = false;

    override async render(): Promise<void> {
      await super.render();
      this.#isDrawing = true;
      drawing.renderer = this;
      if (drawing.isOver) this.end();
      else this.update();
    }

    override create(): string {
      return drawing.rows.join("\n");
    }

    override update(): void {
      if (this.#isDrawing) super.update();
    }

    override end(): void {
      if (!this.#isDrawing) return;
      this.#isDrawing = false;
      super.end();
    }
  };
}

/** listr2 takes over `write` of its streams. It gets substitutes, so that it holds back no other output. */
function ownOutput({ ProcessOutput }: Listr2, output: NodeJS.WriteStream) {
  const standIn = () => ({
    write: (text: string) => output.write(text),
    get columns() {
      return output.columns;
    },
    get rows() {
      return output.rows;
    },
    isTTY: true,
  });
  return new ProcessOutput(standIn() as never, standIn() as never, { leaveEmptyLine: false });
}

/** A row above the screen could not be erased. The last row stays: it says how to leave. */
function fitting(rows: readonly string[], { rows: height }: NodeJS.WriteStream): readonly string[] {
  const most = Math.max(2, (height || Number.POSITIVE_INFINITY) - 2);
  return rows.length <= most ? rows : [...rows.slice(0, most - 1), ...rows.slice(-1)];
}
