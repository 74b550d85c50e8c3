import { type CommandLine, commandLine, isCommandLine } from "../command-line.ts";
import { isUnreadableLock } from "../lock.ts";
import { asTyped, type TypedOptions } from "../typed-options.ts";
import type { Action } from "./case.ts";
import { situationOf } from "./situation.ts";
import { noRecovery, type TargetStatus, type UnfinishedExecution } from "./target-status.ts";

export const NOTHING_TYPED: TypedOptions = {};

/** The next commands worth typing, the most useful first. */
export function nextCommands(status: TargetStatus, typed = NOTHING_TYPED): readonly string[] {
  return commandsOf(status).map((line) => asTyped(line, typed));
}

function commandsOf(status: TargetStatus): readonly string[] {
  const leftovers = status.leftovers.known ? status.leftovers.value : [];
  const own = leftovers.filter((one) => one.state !== "elsewhere" || isUnreadableLock(one)).slice(0, 1);
  // By a mute rule alone: no journal here knows of it.
  const lefts = own.length > 0 ? [] : status.unfinished;
  const { code, next = [] } = noRecovery(status) ?? {};
  const byHand = next.filter((line) => isCommandLine(line) && !line.startsWith("vulcan-ops "));
  const isGone = code === "database-deleted";
  return [
    ...own.map(ofLeftover),
    ...lefts.map(({ command }) => command),
    ...(isGone ? byHand : []),
    ...ofAction(situationOf(status).action),
    ...(isGone ? [] : byHand),
  ];
}

function ofLeftover(left: UnfinishedExecution): CommandLine {
  const { execution, state } = left;
  if (isUnreadableLock(left)) return commandLine`vulcan-ops unlock ${execution}`;
  const verb = state === "running" ? "show" : state === "ended" ? "unlock" : "resume";
  return commandLine`vulcan-ops ${verb} ${execution}`;
}

/** An execution that is in the way is among the first commands already. */
function ofAction(action: Action): readonly CommandLine[] {
  switch (action.do) {
    case "rollback":
      return ["vulcan-ops rollback --dry-run", "vulcan-ops logs"];
    case "logs":
      return ["vulcan-ops logs"];
    case "watch":
      return ["vulcan-ops watch --for 10m"];
    default:
      return ["vulcan-ops doctor"];
  }
}
