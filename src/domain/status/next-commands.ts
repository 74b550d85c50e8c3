import { type CommandLine, commandLine } from "../command-line.ts";
import { isFailing, type Leftover, type Overview, troubles } from "./target-status.ts";

/** Flags that were typed, to be typed again: those that name the target, and the folder of journals. */
export interface Typed {
  readonly target: readonly string[];
  readonly state: readonly string[];
}

export const NOTHING_TYPED: Typed = { target: [], state: [] };

/** The next commands worth typing, the most useful first. */
export function advice(overview: Overview, { target, state } = NOTHING_TYPED): readonly string[] {
  const leftovers = overview.leftovers.known ? overview.leftovers.value : [];
  return [
    ...leftovers
      .filter(({ state: where }) => where !== "elsewhere")
      .slice(0, 1)
      .map((leftover) => ofLeftover(leftover, state)),
    ...(isWorthReverting(overview)
      ? [commandLine`vulcan-ops rollback --dry-run ${target} ${state}`]
      : [commandLine`vulcan-ops doctor ${target} ${state}`]),
  ];
}

/** An execution's own target stands in its journal. */
function ofLeftover({ execution, state }: Leftover, typed: readonly string[]): CommandLine {
  const verb = state === "running" ? "show" : state === "ended" ? "unlock" : "resume";
  return commandLine`vulcan-ops ${verb} ${execution} ${typed}`;
}

/** Something is wrong with what was deployed last, ECS is not taking it back itself, and there is where to go. */
function isWorthReverting(overview: Overview): boolean {
  const { service, past, alarms } = overview;
  if (!service.known || troubles(overview).length === 0) return false;
  if (past.known && (past.value.lastGood === null || isTakenBack(past.value.attempt?.status))) return false;
  const [primary] = service.value.deployments;
  const isBad = isFailing(primary) || isShort(overview) || (alarms.known && alarms.value.length > 0);
  return isBad;
}

function isTakenBack(status: string | undefined): boolean {
  return status?.startsWith("ROLLBACK_") === true;
}

/** Fewer healthy tasks than wanted. */
function isShort({ service, tasks }: Overview): boolean {
  if (!service.known || !tasks.known) return false;
  const healthy = Object.values(tasks.value.healthy).reduce((sum, count) => sum + count, 0);
  return healthy < service.value.desired;
}
