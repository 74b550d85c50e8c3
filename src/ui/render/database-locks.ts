import { type DatabaseLock, type LockedSession, otherLocksText, splitByConcern } from "../../domain/database/locks.ts";
import { formatDuration } from "../../domain/time.ts";

/** Who migrates, what blocks it, and who waits for it. One sentence each; the PID says which session to act on. */
export function lockLines(all: readonly LockedSession[]): string[] {
  const { concerned: sessions, others } = splitByConcern(all);
  const migrating = sessions.filter(({ isMigrating }) => isMigrating);
  const waiting = sessions.filter((session) => !session.isMigrating && session.waitsFor !== undefined);
  const inTheWay = sessions.filter((session) => !session.isMigrating && session.waitsFor === undefined);
  return [
    ...migrating.map((session) => `a migration is running, by its locks: ${holding(session)}${held(session)}`),
    ...inTheWay.map((session) => `in its way: ${holding(session)}`),
    ...(waiting.length === 0 ? [] : [queue(waiting)]),
    ...(others.length === 0 ? [] : [otherLocksText(others)]),
  ];
}

function holding(session: LockedSession): string {
  const locks = session.holds.map(lockText).join(", ");
  return locks === "" ? who(session) : `${who(session)} holds ${locks}`;
}

function held({ waitsFor, behind }: LockedSession): string {
  return waitsFor === undefined ? "" : `; it waits for ${lockText(waitsFor)} behind ${pids(behind)}`;
}

function queue(waiting: readonly LockedSession[]): string {
  const shown = waiting.slice(0, MOST_SHOWN).map((session) => `${who(session)} behind ${pids(session.behind)}`);
  const rest = waiting.length > MOST_SHOWN ? `, and ${waiting.length - MOST_SHOWN} more` : "";
  return `waiting: ${shown.join(", ")}${rest}`;
}

const MOST_SHOWN = 5;

const pids = (list: readonly number[]): string =>
  list.map((pid) => (pid === 0 ? "a prepared transaction" : `PID ${pid}`)).join(" and ");

function lockText({ on, mode }: DatabaseLock): string {
  return on.startsWith("advisory lock") ? on : `${mode} on ${on}`;
}

/** `PID 812 (vulcan, user app, active, for 12 s)` */
function who({ pid, application, user, state, seconds }: LockedSession): string {
  const since = seconds === undefined ? "since when is hidden from this user" : `for ${formatDuration(seconds)}`;
  return `PID ${pid} (${[application, user && `user ${user}`, state, since].filter(Boolean).join(", ")})`;
}
