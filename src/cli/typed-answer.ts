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
  /** The last rows above the cursor: what is done, and where. */
  readonly above?: string;
}

/** A typed confirmation outside an execution: by `--confirm`, or at the terminal. Exit 6 where neither answers. A no is told. */
export async function isConfirmed({ text, to, confirm, above }: Asked, context: ProcessContext): Promise<boolean> {
  if (confirm.some((one) => one.toLowerCase() === text.toLowerCase())) return true;
  const flag = commandLine`--confirm ${text}`;
  const given = confirm.map((one) => JSON.stringify(one)).join(", ");
  if (confirm.length > 0)
    throw unanswered("confirm-differs", `to ${to}, --confirm has to be "${text}", not ${given}`, flag);
  if (!isAttended(context))
    throw unanswered("answer-missing", `without a terminal, --confirm "${text}" has to be given to ${to}`, flag);
  const { stdin: input, stderr: output, stop } = context;
  const terminal = { input, output, display: displayOptions(context), stop };
  if (above !== undefined) output.write(`\n${above}\n`);
  if (await isTyped(terminal, text, { to, otherwise: "That is not the text. Nothing was sent." })) return true;
  context.note(`Cancelled. ${NOTHING_SENT}`);
  return false;
}

function unanswered(code: string, message: string, flag: string): OpsError {
  const { detail } = usageError(code, message, [`Add to the same command: ${flag}`]);
  return new OpsError({ ...detail, unchanged: NOTHING_SENT });
}
