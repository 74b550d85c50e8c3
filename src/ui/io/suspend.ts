/** What holds the terminal for a while: raw mode, a hidden cursor, a frame. */
export interface TerminalHold {
  /** Leaves the terminal as a shell needs it. */
  release(): void;
  /** Takes it again and draws. Also called where it was not released: after SIGSTOP. */
  retake(): void;
}

const holds = new Set<TerminalHold>();
let isSuspending = false;

/** A stop of the process releases the terminal, and its continuation takes it again. Ends with the returned call. */
export function holdTerminal(hold: TerminalHold): () => void {
  if (holds.size === 0) process.on("SIGTSTP", stopAlone).on("SIGCONT", retakeAll);
  holds.add(hold);
  return () => {
    if (holds.delete(hold) && holds.size === 0) process.off("SIGTSTP", stopAlone).off("SIGCONT", retakeAll);
  };
}

/** The process is told to stop, and not by a key. */
const stopAlone = (): void => suspend(process.pid);

/** Ctrl-Z in raw mode, where the terminal itself makes no signal of it: the whole job stops, as by the terminal. */
export const suspendJob = (): void => suspend(0);

/** Where no shell controls the job, nothing stops: the terminal is taken again at once. */
const RETAKE_MS = 50;

function suspend(pid: number): void {
  if (isSuspending) return;
  isSuspending = true;
  for (const hold of [...holds].reverse()) hold.release();
  process.off("SIGTSTP", stopAlone);
  process.kill(pid, "SIGTSTP");
  setTimeout(() => {
    isSuspending = false;
    if (holds.size > 0) process.on("SIGTSTP", stopAlone);
    retakeAll();
  }, RETAKE_MS);
}

function retakeAll(): void {
  if (!isSuspending) for (const hold of holds) hold.retake();
}
