import { capitalised } from "../../domain/deed.ts";
import { type Identity, identityText } from "../../domain/identity.ts";
import { type LostNotice, lostText, NO_FIELDS, type Notice, type Notices } from "../../domain/notices/notice.ts";
import type { OperatorIo } from "../../domain/ports.ts";
import { type Unfinished, unfinishedText } from "../../domain/unfinished.ts";
import { noticeSentence } from "../../engine/notices.ts";
import type { ExecutionOutcome } from "../../engine/outcome.ts";
import type { OpenTarget } from "../open-target.ts";
import { operatorOf } from "../operator.ts";

/** What notices need of an operator's session. */
interface Session {
  readonly target: OpenTarget;
  readonly io: OperatorIo;
}

/** An ending that no journal holds. */
export interface EndingOnScreen extends ExecutionOutcome {
  readonly unfinished: readonly Unfinished[];
  readonly identity: Identity;
}

/** One for each process's work: its messages are one thread, and what was lost is known to the end. */
const OPEN = new WeakMap<OperatorIo, Promise<Notices | undefined>>();

/** Undefined where no channel is set up. A channel that loses a notice is said once; END names what was lost. */
export function noticesOf({ target, io }: Session): Promise<Notices | undefined> {
  const known = OPEN.get(io) ?? target.notices((lost) => io.alert(`${capitalised(lostText(lost))}.`));
  OPEN.set(io, known);
  return known;
}

/** The outcome of an execution whose journal takes no more records. Returns what was lost. */
export async function tellUnwritten(
  session: Session,
  execution: string,
  ending: EndingOnScreen,
): Promise<readonly LostNotice[]> {
  const notices = await noticesOf(session);
  notices?.tell(noticeOf(session, execution, ending));
  return (await notices?.settled()) ?? [];
}

function noticeOf(
  { target: { target, clock } }: Pick<Session, "target">,
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
