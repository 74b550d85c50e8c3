import type { Finding } from "../domain/operation.ts";
import type { ActionServices } from "../domain/services.ts";
import type { ExecSubject } from "./exec-subject.ts";
import type { RollbackSubject as RevertSubject } from "./rollback-subject.ts";

/** One check before a revert. It is independent of the others: it may be late or fail without delaying them. */
export interface RollbackCheck {
  /** Completes the sentence "not checked: …". */
  readonly question: string;
  /** The answer is as good after the revert was sent, so a late check finishes during the wait. */
  readonly validAfterSend?: true;
  run(subject: RevertSubject, services: ActionServices): Promise<readonly Finding[]>;
}

/** One check before a command is run. It is independent of the others: it may be late or fail by itself. */
export interface ExecCheck {
  /** Completes the sentence "not checked: …". */
  readonly question: string;
  run(subject: ExecSubject, services: ActionServices): Promise<readonly Finding[]>;
}
