/** Exit codes of the process. The numbers are a published contract (docs/exit-codes.md). */
export const EXIT = {
  done: 0,
  failed: 1,
  changes: 2,
  declined: 3,
  credentials: 4,
  locked: 5,
  usage: 6,
  unknown: 7,
  worse: 8,
  undone: 9,
  inconclusive: 10,
  guarded: 11,
  unjudged: 12,
  interrupted: 130,
  terminated: 143,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** Why a process stops that hands its execution over: another one continues it. */
export const HANDING_OVER = EXIT.unknown;

/** Whether another process is to continue: then nothing is put back. */
export const isHandingOver = ({ aborted, reason }: AbortSignal): boolean => aborted && reason === HANDING_OVER;

/** The exit code of the signal that stopped the process, or Ctrl-C's. */
export const stopCode = ({ reason }: AbortSignal): ExitCode =>
  reason === EXIT.terminated || reason === HANDING_OVER ? reason : EXIT.interrupted;
