import { type Execution, undoable } from "./execution.ts";
import type { ExecutionEnded } from "./execution-event.ts";
import { marksOf, type RevisionMark } from "./failed-revision.ts";
import type { Target } from "./target.ts";

/** What a list of executions needs of one of them. To act upon it, its journal is read. */
export interface RecordedExecution {
  readonly id: string;
  /** Time of its first record, and of its last. */
  readonly at: string;
  readonly lastAt: string;
  readonly records: number;
  /** Id of its runbook. */
  readonly runbook: string;
  readonly target: Target;
  readonly endpoint?: string;
  readonly operator: string;
  /** Why it was done, as stated last. */
  readonly statedReason?: string;
  /** Absent where it has no end yet. */
  readonly ended?: RecordedEnd;
  /** The process that wrote to it last, where its journal is shared: it may run on another machine. */
  readonly process?: Execution["process"];
  /** What it is about, in a few words: `roll back → 1.42.0`. Absent where no step says it. */
  readonly what?: string;
  /** It changed something that stands. */
  readonly isUndoable: boolean;
  /** It wrote something, and its runbook has restoring steps: something may not be put back. */
  readonly mayRestore: boolean;
  /** What it found out about revisions. */
  readonly marks: readonly RevisionMark[];
}

export interface RecordedEnd extends Pick<ExecutionEnded, "status" | "exitCode" | "text" | "outcome" | "unfinished"> {
  /** It did not come to its end and has put everything back: `resume` has nothing to do. */
  readonly isPutBack?: true;
}

const OPEN: ReadonlySet<ExecutionEnded["status"]> = new Set(["interrupted", "unknown"]);

/** Something of it is still to be done: it has no end, or one that a later process continues. */
export const isOpen = ({ ended }: Pick<RecordedExecution, "ended">): boolean =>
  ended === undefined || (OPEN.has(ended.status) && ended.isPutBack !== true);

export function recordedExecution(execution: Execution): RecordedExecution {
  const { id, started, ended, lastAt, records, statedReason, process } = execution;
  const { at, target, endpoint, operator } = started;
  return {
    id,
    at,
    lastAt,
    records,
    runbook: started.runbook.id,
    target,
    ...(endpoint === undefined ? {} : { endpoint }),
    operator,
    ...(statedReason === undefined ? {} : { statedReason }),
    ...(process === undefined ? {} : { process }),
    ...whatOf(execution),
    ...(ended && { ended: endOf(ended) }),
    isUndoable: undoable(execution).length > 0,
    mayRestore: mayRestore(execution),
    marks: marksOf(execution),
  };
}

function endOf(ended: ExecutionEnded): RecordedEnd {
  const { status, exitCode, text, outcome, unfinished, next } = ended;
  const isPutBack = OPEN.has(status) && !next.some((line) => line.startsWith("vulcan-ops resume "));
  return {
    ...{ status, exitCode, text },
    ...(outcome !== undefined && { outcome }),
    ...(unfinished && { unfinished }),
    ...(isPutBack && { isPutBack }),
  };
}

/** The main deed of what was confirmed, else the first one. */
function whatOf({ written, steps }: Execution): Pick<RecordedExecution, "what"> {
  const deeds = written.flatMap((id) => steps[id]?.planned?.deed ?? []);
  const deed = deeds.find(({ main }) => main === true) ?? deeds[0];
  if (deed === undefined) return {};
  const { verb, object, to, shortTo = to } = deed;
  return { what: shortTo === undefined ? `${verb} ${object}` : `${verb} → ${shortTo}` };
}

/** Most executions have nothing to restore: their runbooks need not be read. */
export function mayRestore({ written, started }: Execution): boolean {
  return written.length > 0 && /^finally:\s*$/m.test(started.runbook.text);
}
