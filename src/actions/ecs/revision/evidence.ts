import type { HistoryRow, Service, ServiceDeployment, TaskDefinition } from "../../../domain/aws/ecs.ts";
import type { RankedRevisions } from "../../../domain/aws/revision-history.ts";
import { notChecked } from "../../../domain/finding.ts";
import type { Finding } from "../../../domain/operation.ts";
import { formatDuration, utcTime } from "../../../domain/time.ts";

/** The result of one read of the service and its history. */
export interface RevisionEvidence {
  readonly service: Service;
  /** Undefined where it could not be read, for the reason `unread`. */
  readonly history: readonly HistoryRow[] | undefined;
  readonly unread?: string;
  /** Why it is not known which revisions executions on this machine rolled back from. */
  readonly marksUnread?: string;
  readonly verdict: RankedRevisions;
  /** The revision that the operator has named. */
  readonly wanted: string | undefined;
  /** The revision to return to. */
  readonly definition: TaskDefinition | undefined;
  /** What the service runs; undefined where it could not be read. */
  readonly current: TaskDefinition | undefined;
  /** The configured name of the application's container. */
  readonly container?: string | undefined;
  /** ACTIVE revisions below the current one, newest first. Listed only if no other source shows what exists. */
  readonly below?: readonly string[];
  /** The newest deployment, and the one that is evidence for the revision to return to. */
  readonly newest: ServiceDeployment | undefined;
  readonly speaking: ServiceDeployment | undefined;
}

/** How many of the revisions that were passed over are named. */
const MOST_NAMED = 3;

/** The evidence for the revision to return to, the next one before it, and why others were passed over. */
export function evidenceFor(evidence: RevisionEvidence, definition: TaskDefinition): Finding[] {
  const { marksUnread: why } = evidence;
  const unread = why === undefined ? [] : [notChecked("which revisions executions here rolled back from", why)];
  return [...byHistory(evidence, definition), ...unread];
}

function byHistory(evidence: RevisionEvidence, definition: TaskDefinition): Finding[] {
  const { verdict, wanted, history } = evidence;
  const proof = verdict.proven.find((candidate) => candidate.taskDefinition === definition.name);
  if (proof === undefined) return [unproven(evidence, definition)];
  const failures = evidence.speaking?.breaker?.failures ?? 0;
  const troubles = failures === 0 ? "" : `, ${failures} failed tasks while it was deployed`;
  const ran = `${proof.taskDefinition} ran ${formatDuration(proof.ranSeconds)}, from ${utcTime(proof.since)}${troubles}`;
  const next = verdict.proven.find((candidate) => candidate.taskDefinition !== definition.name);
  const runnerUp = next === undefined ? "" : `; fallback: ${next.taskDefinition} (${formatDuration(next.ranSeconds)})`;
  const chosen = wanted === undefined ? "newest good revision: " : "good revision: ";
  const ok: Finding = { level: "ok", code: "revision-proven", text: `${chosen}${ran}${runnerUp}` };
  return [ok, ...(wanted === undefined && history !== undefined ? passedOver(evidence) : [])];
}

function passedOver({ verdict }: RevisionEvidence): Finding[] {
  const named = verdict.rejected.slice(0, MOST_NAMED).map(({ taskDefinition, why }) => `${taskDefinition}: ${why}`);
  if (named.length === 0) return [];
  const rest = verdict.rejected.length - named.length;
  const more = rest > 0 ? `; and ${rest} more` : "";
  return [{ level: "ok", code: "revisions-passed-over", text: `skipped: ${named.join("; ")}${more}` }];
}

function unproven({ unread, verdict }: RevisionEvidence, { name }: TaskDefinition): Finding {
  const against = verdict.rejected.find(({ taskDefinition }) => taskDefinition === name)?.why;
  const why = unread ?? against ?? "no successful deployment on record";
  return { level: "warn", code: "revision-unproven", text: `${name} is not known to be good: ${why}` };
}
