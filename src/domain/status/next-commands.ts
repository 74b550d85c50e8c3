import { type CommandLine, commandLine, isCommandLine } from "../command-line.ts";
import type { Action } from "./case.ts";
import { situationOf } from "./situation.ts";
import { noRecovery, type TargetStatus, type UnfinishedExecution } from "./target-status.ts";

/** Flags that the operator typed and must type again: those that name the target, and the folder of journals. */
export interface TypedOptions {
  readonly target: readonly string[];
  readonly state: readonly string[];
}

export const NOTHING_TYPED: TypedOptions = { target: [], state: [] };

/** The next commands worth typing, the most useful first. */
export function nextCommands(status: TargetStatus, { target, state } = NOTHING_TYPED): readonly string[] {
  const leftovers = status.leftovers.known ? status.leftovers.value : [];
  const own = leftovers.filter(({ state: where }) => where !== "elsewhere").slice(0, 1);
  // By a mute rule alone: no journal here knows of it.
  const lefts = own.length > 0 ? [] : status.unfinished;
  const { code, next = [] } = noRecovery(status) ?? {};
  const byHand = next.filter((line) => isCommandLine(line) && !line.startsWith("vulcan-ops "));
  const isGone = code === "database-deleted";
  return [
    ...own.map((leftover) => ofLeftover(leftover, state)),
    ...lefts.map(({ command }) => command),
    ...(isGone ? byHand : []),
    ...ofAction(situationOf(status).action, { target, state }),
    ...(isGone ? [] : byHand),
  ];
}

/** The journal holds the execution's own target, so the command repeats only the folder of journals. */
function ofLeftover({ execution, state }: UnfinishedExecution, typed: readonly string[]): CommandLine {
  const verb = state === "running" ? "show" : state === "ended" ? "unlock" : "resume";
  return commandLine`vulcan-ops ${verb} ${execution} ${typed}`;
}

/** An execution that is in the way is among the first commands already. */
function ofAction(action: Action, { target, state }: TypedOptions): readonly CommandLine[] {
  switch (action.do) {
    case "rollback":
      return [commandLine`vulcan-ops rollback --dry-run ${target} ${state}`, commandLine`vulcan-ops logs ${target}`];
    case "logs":
      return [commandLine`vulcan-ops logs ${target}`];
    case "watch":
      return [commandLine`vulcan-ops watch --for 10m ${target}`];
    default:
      return [commandLine`vulcan-ops doctor ${target} ${state}`];
  }
}
