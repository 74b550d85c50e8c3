import type { Finding } from "../domain/operation.ts";
import type { World } from "../domain/services.ts";
import type { Subject as ExecSubject } from "./exec-subject.ts";
import type { Subject as RevertSubject } from "./rollback-subject.ts";

/** One thing to look at before a revert. Independent of the others: it may be late or fail without holding them up. */
export interface RevertCheck {
  /** Completes the sentence "not checked: …". */
  readonly asks: string;
  /** Its answer is as good once the revert has been sent: what was late then finishes during the wait. */
  readonly keeps?: true;
  look(subject: RevertSubject, world: World): Promise<readonly Finding[]>;
}

/** One thing to look at before a command is run. Independent of the others: it may be late or fail by itself. */
export interface ExecCheck {
  /** Completes the sentence "not checked: …". */
  readonly asks: string;
  look(subject: ExecSubject, world: World): Promise<readonly Finding[]>;
}
