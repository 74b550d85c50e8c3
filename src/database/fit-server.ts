import { serverNotes } from "../domain/database/server.ts";
import { OpsError } from "../domain/error.ts";
import { EXIT } from "../domain/exit-codes.ts";
import { VARIABLE } from "./connection-url.ts";
import type { Session } from "./session.ts";

/** For reads that only the primary can answer. A pooler may use another server each time: check before and after. */
export async function requirePrimary<T>(session: Session, read: (session: Session) => Promise<T>): Promise<T> {
  assertPrimary(session);
  const answer = await read(session);
  assertPrimary(session);
  return answer;
}

/** For reads that need a session of their own. A pooler lends the service's sessions and hides which one it lends. */
export async function requireOwnSession<T>(session: Session, read: (session: Session) => Promise<T>): Promise<T> {
  assertOwn(session);
  const answer = await read(session);
  assertOwn(session);
  return answer;
}

function assertPrimary(session: Session): void {
  const server = session.server();
  if (!server.isReplica) return;
  const notes = serverNotes({ ...server, isPooled: false }).join("");
  throw serverUnfitError("database-replica", `${VARIABLE} names ${notes}: only the primary can tell this`, "primary");
}

export function assertOwn(session: Session): void {
  if (!session.server().isPooled) return;
  const what = "which lends the service's sessions: this needs a session of its own";
  throw serverUnfitError("database-pooled", `${VARIABLE} leads through a pooler, ${what}`, "database itself");
}

function serverUnfitError(code: string, message: string, whose: string): OpsError {
  return new OpsError({
    code,
    exitCode: EXIT.failed,
    fault: "operator",
    message,
    effect: "none",
    next: [`export ${VARIABLE}='…' with the address of the ${whose}`],
  });
}
