import { outcomeOf } from "../../domain/execution.ts";
import {
  type ExecutionEnded,
  type ExecutionStarted,
  JOURNAL_SCHEMA_VERSION,
  type JournalEvent,
} from "../../domain/execution-event.ts";
import { identityText } from "../../domain/identity.ts";
import type { LostNotice } from "../../domain/notices/notice.ts";
import type { Target } from "../../domain/target.ts";
import type { Unfinished } from "../../domain/unfinished.ts";

/** What `--output json` prints at the end of an execution: one document. */
export interface Summary {
  readonly schemaVersion: typeof JOURNAL_SCHEMA_VERSION;
  readonly execution: string;
  readonly runbook?: string;
  readonly target?: Target;
  readonly status: ExecutionEnded["status"];
  readonly exitCode: number;
  readonly reason?: string;
  readonly text: string;
  /** The one sentence that says what came of it. */
  readonly outcome: string;
  /** Where it acted, e.g. `PRODUCTION vulcan-prod · 111122223333 · eu-west-1`. */
  readonly identity?: string;
  /** Why it was done, as stated last. */
  readonly statedReason?: string;
  /** Why it waited for no approval and no open calendar. */
  readonly emergency?: string;
  /** Messages to people that did not arrive, or perhaps not. */
  readonly lostNotices?: readonly LostNotice[];
  readonly reminders?: readonly string[];
  readonly next: readonly string[];
  /** What it changed for its run and has not put back. */
  readonly unfinished: readonly Unfinished[];
  readonly steps: readonly StepSummary[];
}

interface StepSummary {
  readonly id: string;
  readonly state: string;
  readonly text?: string;
}

const STATE: Readonly<Partial<Record<JournalEvent["type"], string>>> = {
  "step.planned": "pending",
  "step.confirmed": "interrupted",
  "step.sent": "interrupted",
  "step.verified": "done",
  "step.skipped": "skipped",
  "step.declined": "declined",
  "step.failed": "failed",
  "step.undone": "undone",
};

/** The events of this process, as one value. For a resumed execution that is only its last part. */
export function summarise(events: readonly JournalEvent[], ended: ExecutionEnded): Summary {
  const started = events.find((event): event is ExecutionStarted => event.type === "execution.started");
  const { execution, status, exitCode, text, next, reason, unfinished = [], identity, reminders, statedReason } = ended;
  const { emergency, lostNotices } = ended;
  return {
    schemaVersion: JOURNAL_SCHEMA_VERSION,
    execution,
    ...(started === undefined ? {} : { runbook: started.runbook.id, target: started.target }),
    status,
    exitCode,
    ...(reason === undefined ? {} : { reason }),
    text,
    outcome: outcomeOf(ended),
    ...(identity === undefined ? {} : { identity: identityText(identity) }),
    ...(statedReason === undefined ? {} : { statedReason }),
    ...(emergency === undefined ? {} : { emergency }),
    ...(lostNotices === undefined ? {} : { lostNotices }),
    ...(reminders === undefined ? {} : { reminders }),
    next,
    unfinished,
    steps: stepSummaries(events),
  };
}

function stepSummaries(events: readonly JournalEvent[]): StepSummary[] {
  const steps = new Map<string, StepSummary>();
  for (const event of events) {
    const state = STATE[event.type];
    if (state === undefined || !("step" in event)) continue;
    steps.set(event.step, { id: event.step, state, ...("text" in event ? { text: event.text } : {}) });
  }
  return [...steps.values()];
}
