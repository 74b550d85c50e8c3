import { join } from "node:path";
import { type CommandLine, commandLine } from "../../domain/command-line.ts";
import { OpsError } from "../../domain/error.ts";
import { EXIT, type ExitCode } from "../../domain/exit-codes.ts";
import { LOCK_UNREADABLE } from "../../domain/lock.ts";
import { blocks, type PlannedStep } from "../../domain/plan.ts";
import { NO_LINE_BY_HAND } from "../../engine/by-hand.ts";

const REFUSALS: ReadonlySet<ExitCode> = new Set([EXIT.locked, EXIT.usage, EXIT.unknown, EXIT.guarded]);

/** What refuses the work: a finding, a lock or a missing answer; or the folder, which takes no journal or lock. */
export type Refused = "work" | "folder";

/**
 * Whatever refuses the work before its first request must not keep an operator from the rescue: the error names the line
 * that does the same by hand, and where the state folder fails, `folder`, a way with another one.
 */
export async function namingWayByHand<T>(
  work: () => Promise<T>,
  lines: (refused: Refused) => Promise<readonly string[]>,
  folder: readonly string[],
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof OpsError) || !REFUSALS.has(error.exitCode)) throw error;
    const { detail } = error;
    if (detail.code in NO_LINE_BY_HAND) throw error;
    const refused = isOfFolder(error) ? "folder" : "work";
    const own = detail.next ?? [];
    const next = refused === "work" ? own : detail.code === LOCK_UNREADABLE ? [...own, ...folder] : folder;
    // A line that cannot be found must not replace the refusal.
    const found = await lines(refused).catch(() => []);
    throw new OpsError({ ...detail, next: [...new Set([...next, ...found])] });
  }
}

/** The folder takes no journal or lock, or a lock file in it cannot be read and so it counts as held. */
function isOfFolder({ detail, exitCode }: OpsError): boolean {
  if (detail.code === "state-dir-unwritable") return exitCode === EXIT.usage;
  return detail.code === LOCK_UNREADABLE || (detail.code === "locked" && (detail.next ?? []).length === 0);
}

/** What planned steps would send, in this order: without a journal, by hand is the only way. */
export function requestLines(steps: readonly PlannedStep[]): readonly string[] {
  const lines = steps.filter((step) => blocks(step).length === 0).flatMap(({ awsCli }) => awsCli ?? []);
  return lines.length === 0 ? [] : ["or send by hand, in this order, what the plan would send:", ...lines];
}

/** For a new execution, any folder will do. */
export const FRESH_FOLDER: readonly CommandLine[] = [commandLine`Add to the same command: --state-dir "$(mktemp -d)"`];

/** `resume` and `undo` read the journal: it comes along. */
export const copiedFolder = (dir: string): readonly CommandLine[] => [
  commandLine`dir=$(mktemp -d) && cp -R ${join(dir, "executions")} "$dir"`,
  commandLine`Then add to the same command: --state-dir "$dir"`,
];
