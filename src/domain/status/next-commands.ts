import { isFailing, type Leftover, type Overview, troubles } from "./target-status.ts";

/** Flags that were typed, to be typed again: those that name the target, and the folder of journals. */
export interface Typed {
  readonly target: string;
  readonly state: string;
}

export const NOTHING_TYPED: Typed = { target: "", state: "" };

const PREVIEW = "vulcan-ops rollback --dry-run";

/** The next commands worth typing, the most useful first. */
export function advice(overview: Overview, { target, state } = NOTHING_TYPED): readonly string[] {
  const leftovers = overview.leftovers.known ? overview.leftovers.value : [];
  return [
    ...leftovers
      .filter(({ state: where }) => where !== "elsewhere")
      .slice(0, 1)
      .map((leftover) => `${ofLeftover(leftover)}${state}`),
    ...(isWorthReverting(overview) ? [`${PREVIEW}${target}${state}`] : [`vulcan-ops doctor${target}${state}`]),
  ];
}

/** An execution's own target stands in its journal. */
function ofLeftover({ execution, state }: Leftover): string {
  if (state === "running") return `vulcan-ops show ${execution}`;
  return `vulcan-ops ${state === "ended" ? "unlock" : "resume"} ${execution}`;
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
