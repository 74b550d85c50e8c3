import { shortDigest } from "../approval.ts";
import { outcomeOf } from "../execution.ts";
import type {
  ExecutionEnded,
  ExecutionResumed,
  ExecutionStarted,
  ExecutionTookOver,
  JournalEvent,
  StepConfirmed,
  StepFailed,
  StepPlanned,
} from "../execution-event.ts";
import { isNotChecked } from "../finding.ts";
import { lostText } from "../notices/notice.ts";
import { unfinishedText } from "../unfinished.ts";
import type { ChangePart, CheckPart, ExecutionPart, Person, ProofPart, RequestPart } from "./document.ts";

/** One execution's part of a report, from its records alone. Undefined where they do not begin with its start. */
export function executionPart(events: readonly JournalEvent[]): ExecutionPart | undefined {
  const [started] = events;
  if (started?.type !== "execution.started") return undefined;
  const last = events.at(-1) ?? started;
  const ended = last.type === "execution.ended" ? last : undefined;
  const reasons = events.flatMap((event) => ("statedReason" in event ? (event.statedReason ?? []) : []));
  const statedReason = reasons.at(-1);
  const lost = events
    .flatMap((event) => (event.type === "execution.ended" ? (event.lostNotices ?? []) : []))
    .map(lostText);
  return {
    id: started.execution,
    runbook: started.runbook.id,
    ...(statedReason !== undefined && { statedReason }),
    ...(started.emergency !== undefined && { emergency: started.emergency }),
    startedAt: started.at,
    lastAt: last.at,
    ...endOf(ended),
    people: [...approversOf(started), ...events.flatMap(personOf)],
    ...(lost.length > 0 && { lostNotices: lost }),
    requests: requestsOf(events),
    changes: changesOf(events),
    checks: checksOf(events),
    proofs: events.flatMap(provenBy),
    unproven: unprovenOf(events),
  };
}

function endOf(ended: ExecutionEnded | undefined) {
  if (ended === undefined)
    return {
      status: "no end on record",
      outcome: "The execution has no end on record: it runs, or its process died",
      unfinished: [],
      reminders: [],
    } as const;
  const { status, exitCode, unfinished = [], reminders = [] } = ended;
  const left = unfinished.map((one) => ({ text: unfinishedText(one), command: one.command }));
  return { status, exitCode, outcome: outcomeOf(ended), unfinished: left, reminders };
}

/** Whose approval was recorded, before it began. */
function approversOf({ approval }: ExecutionStarted): Person[] {
  if (approval === undefined) return [];
  const { digest, at, by, plannedBy, plannedAt } = approval;
  const plan = `plan ${shortDigest(digest)}`;
  return [
    { at: plannedAt, did: `made ${plan}`, principal: plannedBy },
    { at, did: `approved ${plan}`, principal: by },
  ];
}

function personOf(event: JournalEvent): Person[] {
  if (event.type === "execution.started") return [{ did: "began", ...whoOf(event) }];
  if (event.type === "execution.resumed")
    return [{ did: event.mode === "undo" ? "undid" : "resumed", ...whoOf(event) }];
  return event.type === "execution.tookOver" ? [yieldedBy(event)] : [];
}

function whoOf({ at, operator, host, caller }: ExecutionStarted | ExecutionResumed) {
  const source = caller?.source;
  return { at, operator, host, ...(caller && { principal: caller.arn }), ...(source !== undefined && { source }) };
}

const yieldedBy = ({ at, from }: ExecutionTookOver): Person => ({
  at,
  did: `yielded the target (execution ${from.execution})`,
  operator: from.operator,
  host: from.host,
});

/** By step and phase: what was planned last before a request was confirmed. */
type Plans = Map<string, StepPlanned>;

const keyOf = ({ step, phase }: { readonly step: string; readonly phase: string }): string => `${phase} ${step}`;

/** Each confirmed step with the plan that was confirmed. */
function confirmedSteps(events: readonly JournalEvent[]) {
  const plans: Plans = new Map();
  return events.flatMap((event, index) => {
    if (event.type === "step.planned") plans.set(keyOf(event), event);
    return event.type === "step.confirmed" ? [{ event, index, planned: plans.get(keyOf(event)) }] : [];
  });
}

const requestsOf = (events: readonly JournalEvent[]): readonly RequestPart[] =>
  confirmedSteps(events).map(({ event, index, planned }) => ({
    at: event.at,
    step: event.step,
    phase: event.phase,
    title: planned?.title ?? event.step,
    operation: `${event.operation.service}:${event.operation.name}`,
    how: event.how,
    ...(planned?.awsCli != null && { awsCli: planned.awsCli }),
    ...afterwards(event, events.slice(index + 1)),
  }));

/** What came of a request, up to the next one of the same step. */
function afterwards(confirmed: StepConfirmed, later: readonly JournalEvent[]) {
  const own = later.filter((event) => "step" in event && keyOf(event) === keyOf(confirmed));
  const next = own.findIndex(({ type }) => type === "step.confirmed");
  const until = next === -1 ? own : own.slice(0, next);
  const sent = until.find((event) => event.type === "step.sent");
  const { requestId } = sent?.receipt ?? {};
  const end = until.find(isEnd);
  const result = end?.type === "step.skipped" ? end.reason : end?.text;
  return {
    ...(requestId !== undefined && { requestId }),
    ...(sent?.adopted === true && { isAdopted: true }),
    result: result ?? (sent === undefined ? "no answer on record" : "sent; its result is not on record"),
  };
}

type StepResult = Extract<JournalEvent, { type: "step.verified" | "step.failed" | "step.undone" | "step.skipped" }>;

const ENDS: readonly JournalEvent["type"][] = ["step.verified", "step.failed", "step.undone", "step.skipped"];

const isEnd = (event: JournalEvent): event is StepResult => ENDS.includes(event.type);

const changesOf = (events: readonly JournalEvent[]): readonly ChangePart[] =>
  confirmedSteps(events).flatMap(({ event: { step, phase }, planned }) =>
    (planned?.changes ?? []).map(({ subject, property, before, after }) => ({
      step,
      phase,
      subject,
      property,
      before,
      after,
    })),
  );

/** Each finding once: a step that is planned again finds the same. */
function checksOf(events: readonly JournalEvent[]): readonly CheckPart[] {
  const all = events.flatMap((event) =>
    event.type === "step.planned"
      ? event.findings.map(({ level, code, text }) => ({ level, code, text, step: event.step }))
      : [],
  );
  return all.filter(
    ({ code, text }, index) => all.findIndex((one) => one.code === code && one.text === text) === index,
  );
}

function provenBy(event: JournalEvent): ProofPart[] {
  if (event.type !== "step.verified" || event.proof === undefined || isNoProof(event.proof)) return [];
  return [{ at: event.at, step: event.step, text: event.proof }];
}

/** A proof that says itself that it is none: `traffic not measured`. */
const isNoProof = (text: string): boolean => /\bnot (measured|proven|checked|compared|read|known)\b/.test(text);

function unprovenOf(events: readonly JournalEvent[]): readonly string[] {
  const said = events.flatMap((event, index): string[] => {
    if (event.type === "step.planned") return event.findings.filter(isNotChecked).map(({ text }) => text);
    if (event.type === "step.verified") {
      const none = event.proof !== undefined && isNoProof(event.proof) ? [`${event.proof} (step ${event.step})`] : [];
      return [...none, ...(event.missed === undefined ? [] : [`${event.missed} (step ${event.step})`])];
    }
    if (event.type !== "step.failed" || isMendedLater(event, events.slice(index + 1))) return [];
    return [`step ${event.step} failed: ${event.text} (${event.reason})`];
  });
  return [...new Set([...said, ...openSteps(events)])];
}

/** It was tried again, and was verified then. */
const isMendedLater = (failed: StepFailed, later: readonly JournalEvent[]): boolean =>
  later.some(
    (event) => (event.type === "step.verified" || event.type === "step.undone") && keyOf(event) === keyOf(failed),
  );

/** Steps that were confirmed and have no end on record. */
const openSteps = (events: readonly JournalEvent[]): readonly string[] =>
  confirmedSteps(events)
    .filter(({ event, index }) => !events.slice(index + 1).some((one) => isEnd(one) && keyOf(one) === keyOf(event)))
    .map(({ event: { step, operation } }) => `what came of ${operation.service}:${operation.name} (step ${step})`);
