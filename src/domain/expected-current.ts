import { isMeant } from "./aws/named-revision.ts";
import { type CommandLine, commandLine } from "./command-line.ts";
import { guardError, NOTHING_SENT, OpsError } from "./error.ts";
import { blocks, firstReplacing, type PlannedStep } from "./plan.ts";

/** `--expect-current` names another value than the one that the first write replaces. */
export interface Unexpected {
  readonly step: string;
  readonly expected: string;
  readonly current: string;
}

export function unexpectedIn(ahead: readonly PlannedStep[], expected: string | undefined): Unexpected | undefined {
  const { id: step, current, currentName } = firstReplacing(ahead) ?? {};
  if (step === undefined || current === undefined || expected === undefined) return undefined;
  return isMeant(expected, current, currentName) ? undefined : { step, expected, current };
}

export const unexpectedText = ({ step, expected, current }: Unexpected): string =>
  `--expect-current says ${expected}, but step ${step} replaces ${current}`;

export const lookAgain = (current: string): CommandLine =>
  commandLine`Look again; if that is right, the same command with --expect-current ${current}`;

/** Exit 11 where the value, if given, is not what is replaced first. A plan that a check blocks is refused for that. */
export function assertReplaces(
  ahead: readonly PlannedStep[],
  expected: string | undefined,
  unchanged = NOTHING_SENT,
): void {
  if (ahead.some((step) => blocks(step).length > 0)) return;
  const wrong = unexpectedIn(ahead, expected);
  if (wrong !== undefined) throw currentDiffers(unexpectedText(wrong), wrong.current, unchanged);
}

/** Exit 11. `current`: the value to name instead, where one is known. */
export function currentDiffers(message: string, current: string | undefined, unchanged: string): OpsError {
  const { detail } = guardError("current-differs", message, current === undefined ? [] : [lookAgain(current)]);
  return new OpsError({ ...detail, unchanged });
}
