import type { Execution } from "../domain/execution.ts";
import type { StepConfirmed } from "../domain/execution-event.ts";
import { identityText } from "../domain/identity.ts";
import {
  type LostNotice,
  NO_FIELDS,
  type Notice,
  type NoticeFields,
  type NoticeMoment,
  type NoticeUrgency,
} from "../domain/notices/notice.ts";
import { NO_RECORD } from "../domain/step-record.ts";
import { type Unfinished, unfinishedText } from "../domain/unfinished.ts";
import type { ExecutionOutcome } from "./outcome.ts";
import { outcomeSentence } from "./outcome-sentence.ts";
import { identityOf, type Run } from "./run.ts";

/** Messages to people: a notice about a notice is none. */
const MESSAGES = ["notify", "sns"];

const isChange = ({ operation }: Pick<StepConfirmed, "operation">): boolean => !MESSAGES.includes(operation.service);

/** Tells people, before its first request, that this process begins to change something. Nothing waits for it. */
export function tellBegin<World>(run: Run<World>, confirmed: Pick<StepConfirmed, "operation">): void {
  const { notices } = run.engine;
  if (notices === undefined || run.told.begun || !isChange(confirmed)) return;
  run.told.begun = true;
  notices.tell(noticeOf(run, "begin", "news", {}));
}

/** Calls people to a question. `costs`: what users have of it; empty: nothing, and no one is woken. */
export function tellQuestion<World>(run: Run<World>, step: string, costs: string, key: string): void {
  const notice = noticeOf(run, "question", costs === "" ? "news" : "asks", { step, unfinished: costs });
  run.engine.notices?.tell({ ...notice, key, isCritical: costs !== "" });
}

/**
 * Tells people what came of it, and returns what could not be told. Only of an execution that has changed something,
 * or left something behind: a plan that was declined is no news.
 */
export async function tellOutcome<World>(
  run: Run<World>,
  outcome: ExecutionOutcome,
  unfinished: readonly Unfinished[],
): Promise<readonly LostNotice[]> {
  const { notices } = run.engine;
  if (notices === undefined) return [];
  const isOfBefore = run.told.continued !== undefined && hasChanged(run.execution);
  if (run.told.begun || isOfBefore || unfinished.length > 0) {
    const urgency = urgencyOf(outcome, unfinished);
    const fields = {
      outcome: noticeSentence(outcome, outcome.status === "done" ? outcomeSentence(run) : undefined),
      status: outcome.status,
      exitCode: String(outcome.exitCode),
      unfinished: unfinished.map(unfinishedText).join("; "),
      next: urgency === "fails" ? (outcome.next[0] ?? "") : "",
    };
    const isCritical = urgency === "fails" && (unfinished.length > 0 || outcome.status === "unknown");
    notices.tell({ ...noticeOf(run, "outcome", urgency, fields), isCritical });
  }
  return notices.settled();
}

/** Something is left, or the end is not known, or it failed and nothing was undone: a person has to look. */
function urgencyOf({ status }: ExecutionOutcome, unfinished: readonly Unfinished[]): NoticeUrgency {
  if (unfinished.length > 0) return "fails";
  return status === "failed" || status === "unknown" ? "fails" : "well";
}

type Ended = Pick<ExecutionOutcome, "status" | "state" | "reason">;

/**
 * What may be told of an ending: `did`, the sentence of deeds and proofs, or its few words. A failure's text may hold what
 * a server or a container said, so that of a failure there is the place and the code alone; the terminal, the journal
 * and the report have the rest.
 */
export function noticeSentence({ status, state, reason }: Ended, did?: string): string {
  const isWell = (status === "done" || status === "undone") && reason === undefined;
  if (isWell) return did ?? state.split(" (because:", 1)[0] ?? state;
  const [where = state] = state.split(": ", 1);
  return reason === undefined ? where : `${where}: ${reason.replaceAll("-", " ")}`;
}

function noticeOf<World>(
  run: Run<World>,
  moment: NoticeMoment,
  urgency: NoticeUrgency,
  fields: Partial<NoticeFields>,
): Notice {
  const { engine, execution } = run;
  const at = engine.clock.now();
  return {
    moment,
    urgency,
    at: new Date(at).toISOString(),
    key: `${execution.id}-${at}-${moment}`,
    isCritical: false,
    isContinued: run.told.continued !== undefined,
    fields: { ...NO_FIELDS, ...commonFields(run), ...fields },
  };
}

function commonFields<World>(run: Run<World>): Partial<NoticeFields> {
  const { engine, execution, runbook } = run;
  const identity = identityOf(run);
  const { operator, host } = run.told.continued ?? execution.started;
  return {
    execution: execution.id,
    did: didOf(run),
    title: runbook.title,
    runbook: runbook.id,
    target: engine.target.name,
    service: engine.target.service,
    cluster: engine.target.cluster,
    account: identity.account ?? "",
    region: engine.target.region ?? "",
    place: identityText(identity),
    operator,
    host,
    reason: execution.statedReason ?? "",
    emergency: execution.started.emergency ?? "",
  };
}

function didOf<World>({ told: { continued } }: Run<World>): string {
  if (continued === undefined) return "begun";
  return continued.mode === "undo" ? "undo begun" : "resumed";
}

/** Whether a change was confirmed in this execution, by whatever process. */
const hasChanged = ({ written, steps }: Execution): boolean =>
  written.some((id) => {
    const { confirmed } = steps[id] ?? NO_RECORD;
    return confirmed !== undefined && isChange(confirmed);
  });
