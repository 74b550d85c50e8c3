import { revisionOf } from "../aws/shapes.ts";
import type { Finding } from "../domain/operation.ts";
import type { Found } from "./found-revision.ts";

const UNDER_WAY: ReadonlySet<string> = new Set(["ROLLBACK_REQUESTED", "ROLLBACK_IN_PROGRESS"]);

/**
 * ECS goes back by itself where the circuit breaker has been told to, and where a deployment is stopped. A second revert on top of that goes one revision
 * too far (ecs.md §0, fact 4), so it needs a word of its own; going where ECS already is sends nothing, and watches.
 */
export function alreadyBack({ service, history, wanted, definition, newest }: Found, isForced: boolean): Finding[] {
  const row = history?.[0];
  if (row === undefined || !row.status.startsWith("ROLLBACK")) return [];
  const place = newest?.rollback?.taskDefinition ?? service.taskDefinition;
  // Where it is already, or to what was taken back: neither goes further back.
  if (wanted !== undefined && [place, row.taskDefinition].includes(wanted)) return [];
  const isUnderWay = UNDER_WAY.has(row.status);
  const did = isUnderWay ? "is going back right now" : "has gone back already";
  const why = newest?.rollback?.reason === undefined ? "" : ` (${newest.rollback.reason})`;
  const text = `ECS ${did}: from ${row.taskDefinition} to ${place}, ${row.status}${why}`;
  if (isForced) return [{ level: "warn", code: "already-rolled-back", text: `${text}; this goes further back` }];
  const further = definition === undefined ? [] : [furtherCommand(definition.name, wanted)];
  const next = [`vulcan-ops rollback --to ${revisionOf(place)}`, ...further];
  const rest = `nothing is sent; the first command below watches ${place} until it serves, the second goes further back`;
  return [{ level: "block", code: "already-rolled-back", text: `${text}: ${rest}`, next }];
}

const furtherCommand = (name: string, wanted: string | undefined): string =>
  `vulcan-ops rollback ${wanted === undefined ? "" : `--to ${revisionOf(name)} `}--force-further`;
