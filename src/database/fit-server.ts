import { serverNotes } from "../domain/database/server.ts";
import { OpsError } from "../domain/error.ts";
import { EXIT } from "../domain/exit-codes.ts";
import { VARIABLE } from "./connection-url.ts";
import type { Session } from "./session.ts";

/** What the primary alone can tell. A pooler may ask another server for each read: hence before and after. */
export async function fromPrimary<T>(session: Session, read: (session: Session) => Promise<T>): Promise<T> {
  assertPrimary(session);
  const answer = await read(session);
  assertPrimary(session);
  return answer;
}

/** What wants a session that is nobody else's: a pooler lends those of the service, and hides which of them it is. */
export async function fromOneSession<T>(session: Session, read: (session: Session) => Promise<T>): Promise<T> {
  assertOwn(session);
  const answer = await read(session);
  assertOwn(session);
  return answer;
}

function assertPrimary(session: Session): void {
  const server = session.server();
  if (!server.isReplica) return;
  const notes = serverNotes({ ...server, isPooled: false }).join("");
  throw unfit("database-replica", `${VARIABLE} names ${notes}: only the primary can tell this`, "primary");
}

export function assertOwn(session: Session): void {
  if (!session.server().isPooled) return;
  const what = "which lends the service's sessions: this needs a session of its own";
  throw unfit("database-pooled", `${VARIABLE} leads through a pooler, ${what}`, "database itself");
}

function unfit(code: string, message: string, whose: string): OpsError {
  return new OpsError({
    code,
    exitCode: EXIT.failed,
    fault: "operator",
    message,
    unchanged: "It was a read: nothing changed.",
    effect: "none",
    next: [`export ${VARIABLE}='…' with the address of the ${whose}`],
  });
}
