import { revisionText } from "../../../domain/aws/named-revision.ts";
import { commandLine, option } from "../../../domain/command-line.ts";
import type { Finding } from "../../../domain/operation.ts";
import { primaryOf } from "../rollout/snapshot.ts";
import type { RevisionEvidence } from "./evidence.ts";

const UNDER_WAY: ReadonlySet<string> = new Set(["ROLLBACK_REQUESTED", "ROLLBACK_IN_PROGRESS"]);

/**
 * ECS rolls back by itself if the circuit breaker is set to, and if a deployment is stopped. A second revert then goes
 * one revision too far (ecs.md §0, fact 4). So it needs an option of its own. A revert to the revision that ECS returned
 * to sends nothing, and watches.
 */
export function alreadyRolledBack(evidence: RevisionEvidence, isForced: boolean): Finding[] {
  const { definition, wanted, history } = evidence;
  const back = history === undefined ? rolledBackByService(evidence) : rolledBackByHistory(evidence);
  // The revision where ECS is already, and the one that it took back: neither goes further back.
  if (back === undefined || (wanted !== undefined && [back.place, back.from].includes(wanted))) return [];
  const { place, text } = back;
  if (isForced) return [{ level: "warn", code: "already-rolled-back", text: `${text}; this rolls back further` }];
  const current = evidence.service.taskDefinition;
  const further = definition === undefined ? [] : [furtherCommand(revisionText(definition.name, current), wanted)];
  const watch = commandLine`vulcan-ops rollback --to ${revisionText(place, current)}`;
  const next = [watch, ...further];
  const rest = `nothing to do; the first command below waits for ${place}, the second rolls back further`;
  return [{ level: "block", code: "already-rolled-back", text: `${text}: ${rest}`, next }];
}

interface AlreadyRolledBack {
  readonly place: string;
  readonly from?: string;
  readonly text: string;
}

function rolledBackByHistory({ service, history, newest }: RevisionEvidence): AlreadyRolledBack | undefined {
  const row = history?.[0];
  if (row === undefined || !row.status.startsWith("ROLLBACK")) return undefined;
  const place = newest?.rollback?.taskDefinition ?? service.taskDefinition;
  const did = UNDER_WAY.has(row.status) ? "is rolling back" : "already rolled back";
  const why = newest?.rollback?.reason === undefined ? "" : ` (${newest.rollback.reason})`;
  const from = row.taskDefinition;
  return { place, from, text: `ECS ${did} from ${from} to ${place}: ${row.status}${why}` };
}

/** If the history cannot be read: the PRIMARY deployment's own reason, or the service's events that name it. */
function rolledBackByService({ service }: RevisionEvidence): AlreadyRolledBack | undefined {
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
    text: `ECS rolled back, or is rolling back, to ${primary.taskDefinition}${when}, as the service reports`,
  };
}

const furtherCommand = (name: string, wanted: string | undefined): string =>
  commandLine`vulcan-ops rollback ${wanted === undefined ? [] : option("to", name)} --force-further`;
