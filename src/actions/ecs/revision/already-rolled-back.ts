import { familyOf, revisionOf } from "../../../domain/aws/ecs.ts";
import { commandLine, option } from "../../../domain/command-line.ts";
import type { Finding } from "../../../domain/operation.ts";
import { primaryOf } from "../rollout/snapshot.ts";
import type { Found } from "./evidence.ts";

const UNDER_WAY: ReadonlySet<string> = new Set(["ROLLBACK_REQUESTED", "ROLLBACK_IN_PROGRESS"]);

/**
 * ECS goes back by itself where the circuit breaker has been told to, and where a deployment is stopped. A second revert on top of that goes one revision
 * too far (ecs.md §0, fact 4), so it needs a word of its own; going where ECS already is sends nothing, and watches.
 */
export function alreadyBack(found: Found, isForced: boolean): Finding[] {
  const { definition, wanted, history } = found;
  const back = history === undefined ? backByService(found) : backByHistory(found);
  // Where it is already, or to what was taken back: neither goes further back.
  if (back === undefined || (wanted !== undefined && [back.place, back.from].includes(wanted))) return [];
  const { place, text } = back;
  if (isForced) return [{ level: "warn", code: "already-rolled-back", text: `${text}; this goes further back` }];
  const further = definition === undefined ? [] : [furtherCommand(definition.name, wanted)];
  // A number names a revision of the service's own family.
  const isNamed = familyOf(place) === familyOf(found.service.taskDefinition);
  const watch = isNamed ? commandLine`vulcan-ops rollback --to ${revisionOf(place)}` : "vulcan-ops watch";
  const next = [watch, ...further];
  const rest = `nothing is sent; the first command below watches ${place} until it serves, the second goes further back`;
  return [{ level: "block", code: "already-rolled-back", text: `${text}: ${rest}`, next }];
}

interface Back {
  readonly place: string;
  readonly from?: string;
  readonly text: string;
}

function backByHistory({ service, history, newest }: Found): Back | undefined {
  const row = history?.[0];
  if (row === undefined || !row.status.startsWith("ROLLBACK")) return undefined;
  const place = newest?.rollback?.taskDefinition ?? service.taskDefinition;
  const did = UNDER_WAY.has(row.status) ? "is going back right now" : "has gone back already";
  const why = newest?.rollback?.reason === undefined ? "" : ` (${newest.rollback.reason})`;
  const from = row.taskDefinition;
  return { place, from, text: `ECS ${did}: from ${from} to ${place}, ${row.status}${why}` };
}

/** Where the history cannot be read: the PRIMARY deployment's own reason, or the service's events, which name it. */
function backByService({ service }: Found): Back | undefined {
  const primary = primaryOf(service);
  if (primary === undefined) return undefined;
  const isTold = /roll(ing|ed) back/i.test(primary.rolloutReason ?? "");
  const event = service.events.find(({ text }) => text.includes(`rolling back to deployment ${primary.id}`));
  if (!isTold && event === undefined) return undefined;
  const when = event === undefined ? "" : ` at ${event.at}`;
  const left = service.deployments.find(({ status, rollout }) => status !== "PRIMARY" && rollout !== "COMPLETED");
  return {
    place: primary.taskDefinition,
    ...(left === undefined ? {} : { from: left.taskDefinition }),
    text: `ECS has gone back to ${primary.taskDefinition}${when}, or is doing so, by what the service says`,
  };
}

const furtherCommand = (name: string, wanted: string | undefined): string =>
  commandLine`vulcan-ops rollback ${wanted === undefined ? [] : option("to", String(revisionOf(name)))} --force-further`;
