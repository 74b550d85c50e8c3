import type { HistoryRow, Service, ServiceDeployment, TaskDefinition } from "../../../domain/aws/ecs.ts";
import type { HistoryVerdict } from "../../../domain/aws/revision-history.ts";
import type { Finding } from "../../../domain/operation.ts";
import { formatDuration } from "../../../domain/time.ts";

/** What one look at the service and its past has shown. */
export interface Found {
  readonly service: Service;
  /** Undefined where it could not be read, for the reason `unread`. */
  readonly history: readonly HistoryRow[] | undefined;
  readonly unread?: string;
  readonly verdict: HistoryVerdict;
  /** The revision that the operator has named. */
  readonly wanted: string | undefined;
  /** The revision to return to. */
  readonly definition: TaskDefinition | undefined;
  /** ACTIVE revisions below the current one, newest first; listed where nothing else tells what there is. */
  readonly below?: readonly string[];
  /** The newest deployment, and the one that speaks for the revision to return to. */
  readonly newest: ServiceDeployment | undefined;
  readonly speaking: ServiceDeployment | undefined;
}

/** So many of the revisions that were passed over are named. */
const MOST_NAMED = 3;

/** What speaks for the revision to return to, the next one before it, and why others were passed over. */
export function evidenceFor(found: Found, definition: TaskDefinition): Finding[] {
  const { verdict, wanted, history } = found;
  const proof = verdict.proven.find((candidate) => candidate.taskDefinition === definition.name);
  if (proof === undefined) return [unproven(found, definition)];
  const failures = found.speaking?.breaker?.failures ?? 0;
  const troubles = failures === 0 ? "" : `, ${failures} failed tasks while it was deployed`;
  const ran = `${proof.taskDefinition} ran for ${formatDuration(proof.ranSeconds)} since ${proof.since}${troubles}`;
  const next = verdict.proven.find((candidate) => candidate.taskDefinition !== definition.name);
  const runnerUp =
    next === undefined ? "" : `; next before it: ${next.taskDefinition} (${formatDuration(next.ranSeconds)})`;
  const chosen = wanted === undefined ? "newest revision proven good: " : "proven good: ";
  const ok: Finding = { level: "ok", code: "revision-proven", text: `${chosen}${ran}${runnerUp}` };
  return [ok, ...(wanted === undefined && history !== undefined ? passedOver(found) : [])];
}

function passedOver({ verdict }: Found): Finding[] {
  const named = verdict.passedOver.slice(0, MOST_NAMED).map(({ taskDefinition, why }) => `${taskDefinition}: ${why}`);
  if (named.length === 0) return [];
  const rest = verdict.passedOver.length - named.length;
  const more = rest > 0 ? `; and ${rest} more` : "";
  return [{ level: "ok", code: "revisions-passed-over", text: `passed over: ${named.join("; ")}${more}` }];
}

function unproven({ unread, verdict }: Found, { name }: TaskDefinition): Finding {
  const against = verdict.passedOver.find(({ taskDefinition }) => taskDefinition === name)?.why;
  const why = unread ?? against ?? "no successful deployment on record here";
  return { level: "warn", code: "revision-unproven", text: `${name} is unproven: ${why}` };
}
