import type { JournalEvent, StepConfirmed } from "../../src/domain/execution-event.ts";
import { parseJournal } from "../../src/journal/parse-journal.ts";
import type { SentRequest } from "./life.ts";
import type { Lived, RecordedRequest, Story } from "./story.ts";

/** A changing request that a life of the program sent, beside where its journal stood. */
export interface OwnRequest {
  readonly request: RecordedRequest;
  readonly sent: SentRequest;
}

/** Requests of the lock and of sessions: they are no step's Operation. */
const LOCK_CALLS: ReadonlySet<string> = new Set(["PutParameter", "DeleteParameter"]);
const SESSION_CALLS: ReadonlySet<string> = new Set([
  "ExecuteCommand",
  "StartSession",
  "ResumeSession",
  "TerminateSession",
]);

export const isLockCall = ({ operation }: RecordedRequest): boolean => LOCK_CALLS.has(operation);
export const isSessionCall = ({ operation }: RecordedRequest): boolean => SESSION_CALLS.has(operation);

function sentBy({ lives }: Story): ReadonlyMap<string, SentRequest> {
  return new Map(lives.flatMap(({ life }) => life.sent).map((sent) => [sent.invocation, sent]));
}

/** Changing requests of the program's lives, in the order in which AWS had them. */
export function ownRequests(story: Story): readonly OwnRequest[] {
  const all = sentBy(story);
  return story.requests.flatMap((request) => {
    const sent = request.mutating ? all.get(request.invocationId ?? "") : undefined;
    return sent === undefined ? [] : [{ request, sent }];
  });
}

/** Those that belong to a step. */
export const stepRequests = (story: Story): readonly OwnRequest[] =>
  ownRequests(story).filter(({ request }) => !isLockCall(request) && !isSessionCall(request));

/** Changes by somebody else's hand that took effect while the program was used. */
export function foreignRequests(story: Story): readonly RecordedRequest[] {
  const all = sentBy(story);
  const since = new Date(story.before.at).toISOString();
  return story.requests.filter(
    ({ mutating, effective, invocationId = "", at }) => mutating && effective && !all.has(invocationId) && at > since,
  );
}

/** Whether it sets what the service runs, or how many. */
export const isServiceWrite = ({ operation, effective }: RecordedRequest): boolean =>
  effective && (operation === "UpdateService" || operation === "StopServiceDeployment");

/** Whether it makes an alert, or takes one away. */
export const isAlertWrite = ({ operation, effective }: RecordedRequest): boolean =>
  effective && /^(PutRule|DeleteRule|PutTargets|RemoveTargets|PutMetricAlarm|DeleteAlarms)$/.test(operation);

/** One confirmation of a step, in one direction. */
export function attemptName({ sent: { position } }: OwnRequest): string {
  const { execution = "?", step = "?", phase = "?", at = "?" } = position ?? {};
  return `${execution} ${phase} ${step} of ${at}`;
}

export interface ReadJournal {
  readonly path: string;
  readonly events: readonly JournalEvent[];
  /** Why it cannot be read. */
  readonly problem?: string;
}

/** The journals as the program itself reads them. An empty one, or the half of a first record, has no events. */
export function readJournals({ journals }: Story): readonly ReadJournal[] {
  return journals.map(({ path, text }) => {
    if (!text.includes("\n")) return { path, events: [] };
    try {
      return { path, events: parseJournal(text, path).events };
    } catch (error) {
      return { path, events: [], problem: (error as Error).message };
    }
  });
}

export const confirmations = (journals: readonly ReadJournal[]): readonly StepConfirmed[] =>
  journals.flatMap(({ events }) => events.filter((event): event is StepConfirmed => event.type === "step.confirmed"));

/** Whether this life takes back. */
export const isUndo = ({ command, end }: Lived): boolean => command === "undo" || end?.status === "undone";

export const isSecond = ({ life }: Lived): boolean => life.name.startsWith("second");
