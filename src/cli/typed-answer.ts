import { commandLine } from "../domain/command-line.ts";
import { NOTHING_SENT, OpsError, usageError } from "../domain/error.ts";
import { isTyped } from "../ui/io/typed-text.ts";
import { displayOptions, isAttended, type ProcessContext } from "./process-context.ts";

interface Asked {
  /** What has to be typed. */
  readonly text: string;
  /** What it does: `approve wave rest`. */
  readonly to: string;
  /** Of `--confirm`. */
  readonly confirm: readonly string[];
}

/** A typed confirmation outside an execution: by `--confirm`, or at the terminal. Exit 6 where neither answers. */
export async function isConfirmed({ text, to, confirm }: Asked, context: ProcessContext): Promise<boolean> {
  if (confirm.some((one) => one.toLowerCase() === text.toLowerCase())) return true;
  const flag = commandLine`--confirm ${text}`;
  if (confirm.length > 0) throw unanswered("confirm-differs", `the text to ${to} is ${text}`, flag);
  if (!isAttended(context)) throw unanswered("answer-missing", `without a terminal a flag has to ${to}`, flag);
  const { stdin: input, stderr: output, stop } = context;
  const terminal = { input, output, display: displayOptions(context), stop };
  return isTyped(terminal, text, { to, otherwise: "That is not the text." });
}

function unanswered(code: string, message: string, flag: string): OpsError {
  const { detail } = usageError(code, message, [`Add to the same command: ${flag}`]);
  return new OpsError({ ...detail, unchanged: NOTHING_SENT });
}
