import { isSecond, stepRequests } from "../facts.ts";
import { LOCK } from "../snapshot.ts";
import type { Story } from "../story.ts";

const LOCK_CALLS: ReadonlySet<string> = new Set(["GetParameter", "PutParameter"]);

/** What was confirmed this soon after another one took the lock may have asked before (virtual ms). */
const AT_ONCE = 3000;

/** Once another execution has taken the lock, the one that lost it writes no more. */
export function oneWriter(story: Story): readonly string[] {
  const { requests, lives } = story;
  if (!lives.some(isSecond)) return [];
  // A lock that cannot be read or written is a warning: an incident may not wait for it.
  if (requests.some(({ operation, fault }) => LOCK_CALLS.has(operation) && fault !== undefined)) return [];
  const puts = requests.filter(
    ({ operation, effective, input }) => operation === "PutParameter" && effective && input.Name === LOCK,
  );
  return stepRequests(story).flatMap(({ request, sent }) => {
    const { position } = sent;
    const confirmed = Date.parse(position?.at ?? "") - sent.life.skewMs;
    const holder = puts.findLast(({ at }) => Date.parse(at) + AT_ONCE < confirmed);
    const mine = invocationsOf(story, sent.life.name);
    if (!request.effective || holder === undefined || mine.has(holder.invocationId ?? "")) return [];
    // Only from whoever had it before can it be taken.
    const isTaken = puts.some(({ at, invocationId = "" }) => mine.has(invocationId) && at <= holder.at);
    if (!isTaken) return [];
    const taker = lives.find(({ life }) => life.sent.some(({ invocation }) => invocation === holder.invocationId));
    return [
      `${request.operation} of ${sent.life.name} was sent at ${request.at}, after ${taker?.life.name ?? "somebody"} had taken the lock at ${holder.at}`,
    ];
  });
}

const invocationsOf = ({ lives }: Story, name: string): ReadonlySet<string> =>
  new Set(
    lives.filter(({ life }) => life.name === name).flatMap(({ life }) => life.sent.map(({ invocation }) => invocation)),
  );
