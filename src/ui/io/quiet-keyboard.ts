import { suspendJob } from "./suspend.ts";

/** The keys that a terminal turns into signals to the whole job, where it is not in raw mode. */
const SIGNALS: ReadonlyMap<string, () => void> = new Map([
  ["\u0003", () => void process.kill(0, "SIGINT")],
  ["\u001c", () => void process.kill(0, "SIGQUIT")],
  ["\u001a", suspendJob],
]);

/** While nothing is asked, keys leave no trace on the screen; those for signals work as ever. */
export interface QuietKeyboard {
  take(): void;
  release(): void;
}

export function createQuietKeyboard(input: NodeJS.ReadStream): QuietKeyboard {
  let isTaken = false;
  const onData = (chunk: Buffer | string) => {
    for (const key of chunk.toString()) SIGNALS.get(key)?.();
  };
  return {
    take() {
      if (isTaken || input.isTTY !== true) return;
      isTaken = true;
      input.setRawMode(true);
      input.on("data", onData).resume();
    },
    release() {
      if (!isTaken) return;
      isTaken = false;
      input.off("data", onData).pause();
      input.setRawMode(false);
    },
  };
}
