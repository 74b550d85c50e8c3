import type { LockedSession } from "../../domain/database/locks.ts";
import { formatDuration } from "../../domain/time.ts";

/** `a report (PID 812, user app, idle in transaction, for 4 min)`: shows whom to contact. */
export function describeSession({ application, pid, user, state, seconds }: LockedSession): string {
  const since = seconds === undefined ? "" : `for ${formatDuration(seconds)}`;
  return `${application || "a session"} (${[`PID ${pid}`, user && `user ${user}`, state, since].filter(Boolean).join(", ")})`;
}

/** Which session waits behind which, one line each, the first cause first; empty if none waits. */
export function blockLines(sessions: readonly LockedSession[]): string[] {
  const isWaiting = (pid: number) => sessions.some((one) => one.pid === pid && one.waitsFor !== undefined);
  const waitsForWaiting = ({ behind }: LockedSession) => Number(behind.some(isWaiting));
  return sessions
    .toSorted((a, b) => waitsForWaiting(a) - waitsForWaiting(b))
    .flatMap((session) => {
      if (session.waitsFor === undefined) return [];
      const before = sessions.filter(({ pid }) => session.behind.includes(pid));
      const who = before.length === 0 ? session.behind.map((pid) => `PID ${pid}`) : before.map(describeSession);
      return [
        `${describeSession(session)} waits for ${session.waitsFor.mode} on ${session.waitsFor.on} behind ${who.join(" and ")}`,
      ];
    });
}
