import { capitalised } from "../../domain/deed.ts";
import { identityText } from "../../domain/identity.ts";
import { type LostNotice, lostText, NO_FIELDS, type Notice, type Notices } from "../../domain/notices/notice.ts";
import type { OperatorIo } from "../../domain/ports.ts";
import { unfinishedText } from "../../domain/unfinished.ts";
import { noticeSentence } from "../../engine/notices.ts";
import { operatorOf } from "../operator.ts";
import type { EndingOnScreen, ExecutionSession } from "./session.ts";

/** One for each process's work: its messages are one thread, and what was lost is known to the end. */
const OPEN = new WeakMap<OperatorIo, Promise<Notices | undefined>>();

/** Undefined where no channel is set up. A channel that loses a notice is said once; END names what was lost. */
export function noticesOf({ target, io }: Pick<ExecutionSession, "target" | "io">): Promise<Notices | undefined> {
  const known = OPEN.get(io) ?? target.notices((lost) => io.alert(`${capitalised(lostText(lost))}.`));
  OPEN.set(io, known);
  return known;
}

/** The outcome of an execution whose journal takes no more records. Returns what was lost. */
export async function tellUnwritten(
  session: Pick<ExecutionSession, "target" | "io">,
  execution: string,
  ending: EndingOnScreen,
): Promise<readonly LostNotice[]> {
  const notices = await noticesOf(session);
  notices?.tell(noticeOf(session, execution, ending));
  return (await notices?.settled()) ?? [];
}

function noticeOf(
  { target: { target, clock } }: Pick<ExecutionSession, "target">,
  execution: string,
  ending: EndingOnScreen,
): Notice {
  const { identity, unfinished, status, exitCode, next } = ending;
  const at = clock.now();
  const { operator, host } = operatorOf();
  return {
    moment: "outcome",
    urgency: "fails",
    at: new Date(at).toISOString(),
    key: `${execution}-${at}-outcome`,
    isCritical: unfinished.length > 0 || status === "unknown",
    isContinued: true,
    fields: {
      ...NO_FIELDS,
      execution,
      title: "Execution",
      target: target.name,
      service: target.service,
      cluster: target.cluster,
      account: identity.account ?? "",
      region: target.region ?? "",
      place: identityText(identity),
      operator,
      host,
      outcome: noticeSentence(ending),
      status,
      exitCode: String(exitCode),
      unfinished: unfinished.map(unfinishedText).join("; "),
      next: next[0] ?? "",
    },
  };
}
