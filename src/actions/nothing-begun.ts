import type { Verdict } from "../domain/action.ts";
import type { Clock } from "../domain/ports.ts";
import { notSeenWithin } from "../domain/time.ts";

/** Within this time AWS shows that it has begun what it accepted. It names no limit. [O: some seconds] */
const BEGIN_MS = 60_000;

/** The reason of a request that was accepted and has shown no effect. */
export const NOT_BEGUN = "not-begun";

/** What one read shows: in words that all is as before the request; or that something is different; or nothing. */
export type Beginning = { readonly asBefore: string } | "begun" | "unread";

interface Accepted {
  /** As operators call it: RDS, ECS. */
  readonly service: string;
  /** Epoch ms: when the request was confirmed. */
  readonly since: number;
  readonly next?: readonly string[];
}

/**
 * Takes what each read of a wait shows. Answers a failure once a whole minute of reads has shown nothing new. Its text
 * says only what was read: AWS may still carry the request out, so the request counts as sent. A read that fails proves
 * nothing.
 */
export function watchBeginning(
  { service, since, next = ["vulcan-ops status"] }: Accepted,
  clock: Clock,
): (shown: Beginning) => Extract<Verdict, { kind: "false" }> | undefined {
  let first: number | undefined;
  return (shown) => {
    if (shown === "unread") return undefined;
    const now = clock.now();
    first = shown === "begun" ? undefined : (first ?? now);
    if (shown === "begun" || first === undefined || now - first < BEGIN_MS) return undefined;
    const unseen = notSeenWithin(Number.isNaN(since) ? first : since, now);
    const text = `${service} accepted the request, yet ${shown.asBefore}; ${unseen}. ${service} may still carry it out`;
    return { kind: "false", failure: { reason: NOT_BEGUN, text, evidence: [], next } };
  };
}
