import { type CommandLine, commandLine, isCommandLine } from "../command-line.ts";
import { asTyped, type TypedOptions } from "../typed-options.ts";
import { isFailing, problems } from "./problems.ts";
import { noRecovery, type TargetStatus, type UnfinishedExecution } from "./target-status.ts";

export const NOTHING_TYPED: TypedOptions = {};

/** The next commands worth typing, the most useful first. */
export function nextCommands(status: TargetStatus, typed = NOTHING_TYPED): readonly string[] {
  return commandsOf(status).map((line) => asTyped(line, typed));
}

function commandsOf(status: TargetStatus): readonly string[] {
  const leftovers = status.leftovers.known ? status.leftovers.value : [];
  const own = leftovers.filter(({ state: where }) => where !== "elsewhere").slice(0, 1);
  // By a mute rule alone: no journal here knows of it.
  const lefts = own.length > 0 ? [] : status.unfinished;
  const { code, next = [] } = noRecovery(status) ?? {};
  const byHand = next.filter((line) => isCommandLine(line) && !line.startsWith("vulcan-ops "));
  const isGone = code === "database-deleted";
  return [
    ...own.map(ofLeftover),
    ...lefts.map(({ command }) => command),
    ...(isGone ? byHand : []),
    ...(isWorthReverting(status) ? ["vulcan-ops rollback --dry-run"] : ["vulcan-ops doctor"]),
    ...(isGone ? [] : byHand),
  ];
}

function ofLeftover({ execution, state }: UnfinishedExecution): CommandLine {
  const verb = state === "running" ? "show" : state === "ended" ? "unlock" : "resume";
  return commandLine`vulcan-ops ${verb} ${execution}`;
}

/** The last deployment has a problem, ECS is not rolling it back itself, and there is a good revision to go back to. */
function isWorthReverting(status: TargetStatus): boolean {
  const { service, past, alarms } = status;
  if (!service.known || problems(status).length === 0) return false;
  if (past.known && (past.value.lastGood === null || isTakenBack(past.value.attempt?.status))) return false;
  const [primary] = service.value.deployments;
  const isBad = isFailing(primary) || isShort(status) || (alarms.known && alarms.value.length > 0);
  return isBad;
}

function isTakenBack(status: string | undefined): boolean {
  return status?.startsWith("ROLLBACK_") === true;
}

/** Fewer healthy tasks than desired. */
function isShort({ service, tasks }: TargetStatus): boolean {
  if (!service.known || !tasks.known) return false;
  const healthy = Object.values(tasks.value.healthy).reduce((sum, count) => sum + count, 0);
  return healthy < service.value.desired;
}
