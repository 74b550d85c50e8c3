import { formatDuration } from "../time.ts";
import type { Probe } from "./probe.ts";
import type { Reading, Replacement } from "./reading.ts";

/** `BACK`: proven. `NOT YET`: its time is not over. `LOST`: its time is over, and it was there before. */
export type ProbeVerdict = "BACK" | "NOT YET" | "LOST" | "CANNOT BE SEEN";

export interface Judgement {
  readonly verdict: ProbeVerdict;
  /** In a few words. */
  readonly why: string;
}

/** What is known of one probe. */
export interface Observations {
  /** Before the change; absent where none was read. */
  readonly before?: Reading | undefined;
  /** Absent where it has not been read since. */
  readonly now?: Reading | undefined;
  readonly change: Replacement;
  /** Epoch ms: the time of the judgement. */
  readonly at: number;
}

/** A server's clock may be ahead of this machine's. */
const SKEW_MS = 60_000;

/**
 * Whether what the probe sees has come back. It is judged only by readings after the last old task was gone: sockets
 * live on that task until then. Without a comparable value before the change, or with a reading that cannot be true, it
 * CANNOT BE SEEN: it is never BACK by default.
 */
export function judge(probe: Probe, { before, now, change, at }: Observations): Judgement {
  const { begun, gone, served = 0 } = change;
  const odd = uncomparable(probe, before) ?? oddness(probe, now, at);
  if (odd !== undefined) return { verdict: "CANNOT BE SEEN", why: odd };
  if (gone === undefined) return { verdict: "NOT YET", why: "old tasks still run" };
  const isOver = at >= Math.max(gone, served) + probe.within * 1000;
  const none = unread(now, gone);
  if (none !== undefined) return { verdict: isOver ? "CANNOT BE SEEN" : "NOT YET", why: none };
  const reading = now as Reading;
  if (isMet(probe, before, reading, gone)) return { verdict: "BACK", why: "" };
  if (!isOver) return { verdict: "NOT YET", why: missing(probe, before) };
  const doubt = absentBefore(probe, before, reading, begun);
  if (doubt !== undefined) return { verdict: "CANNOT BE SEEN", why: doubt };
  return { verdict: "LOST", why: `${missing(probe, before)} within ${formatDuration(probe.within)}` };
}

/** Why there is nothing to compare with. */
function uncomparable({ expect }: Probe, before: Reading | undefined): string | undefined {
  if (expect.kind !== "back-to") return undefined;
  if (before === undefined) return "no number before the change";
  if (before.kind === "none") return `no number before the change: ${before.why}`;
  if (before.kind === "time") return "gave a time before, and a number is needed";
  if (!isCount(before.value)) return "gave no valid number before the change";
  return before.value === 0 ? "was 0 before the change" : undefined;
}

/** Why a reading cannot be true, or is of the wrong kind. */
function oddness({ expect }: Probe, now: Reading | undefined, at: number): string | undefined {
  if (now === undefined || now.kind === "none") return undefined;
  const isTime = expect.kind === "newer-than-change";
  if ((now.kind === "time") !== isTime)
    return isTime ? "gives a number, and a time is needed" : "gives a time, and a number is needed";
  if (now.kind === "number") return isCount(now.value) ? undefined : "gives no valid number";
  if (!Number.isFinite(now.at)) return "gives no valid time";
  return now.at > at + SKEW_MS ? "gives a time in the future" : undefined;
}

const isCount = (value: number): boolean => Number.isFinite(value) && value >= 0;

/** Why there is no reading since the last old task was gone. */
function unread(now: Reading | undefined, gone: number): string | undefined {
  if (now === undefined) return "not read yet";
  if (now.kind === "none") return now.why;
  return now.kind === "number" && now.from < gone ? "no reading since the old tasks stopped" : undefined;
}

function isMet({ expect }: Probe, before: Reading | undefined, now: Reading, gone: number): boolean {
  if (now.kind === "time") return expect.kind === "newer-than-change" && now.at > gone;
  return now.kind === "number" && now.value >= wantedOf(expect, before);
}

/** The number to reach. */
function wantedOf(expect: Probe["expect"], before: Reading | undefined): number {
  if (expect.kind === "at-least") return expect.count;
  if (expect.kind !== "back-to" || before?.kind !== "number") return Number.POSITIVE_INFINITY;
  return (before.value * expect.percent) / 100;
}

function missing({ expect }: Probe, before: Reading | undefined): string {
  if (expect.kind === "newer-than-change") return "nothing newer";
  return `wants ${Math.ceil(wantedOf(expect, before))}`;
}

/** Why it is not known whether it was there before the change. Then it cannot count as lost. */
function absentBefore(
  { expect, within }: Probe,
  before: Reading | undefined,
  now: Reading,
  begun: number,
): string | undefined {
  if (expect.kind === "at-least") {
    if (before?.kind !== "number") return "below, and no number before the change";
    return before.value < expect.count ? `was ${before.value} before the change` : undefined;
  }
  if (now.kind !== "time") return undefined;
  // A restored database shows older times than the one before.
  const newest = before?.kind === "time" ? Math.max(before.at, now.at) : now.at;
  const age = (begun - newest) / 1000;
  return age > within ? `was ${formatDuration(age)} old before the change` : undefined;
}
