import type { JournalEvent } from "../../../src/domain/execution-event.ts";
import { attemptName, foreignRequests, type OwnRequest, readJournals, stepRequests } from "../facts.ts";
import type { Story } from "../story.ts";

/** No request of a step takes effect twice: neither under one confirmation, nor under a second one that did not know. */
export function atMostOnce(story: Story): readonly string[] {
  const effective = stepRequests(story).filter(({ request }) => request.effective);
  return [...twiceConfirmedOnce(effective), ...sentAnewUnknowing(story, effective), ...ranTwice(story)];
}

function twiceConfirmedOnce(effective: readonly OwnRequest[]): readonly string[] {
  const seen = new Set<string>();
  return effective.flatMap((own) => {
    const key = `${attemptName(own)} ${own.request.operation} ${JSON.stringify(own.request.input)}`;
    if (!seen.has(key)) {
      seen.add(key);
      return [];
    }
    return [`${own.request.operation} of ${attemptName(own)} took effect twice`];
  });
}

const stepName = ({ sent: { position } }: OwnRequest): string =>
  `${position?.execution} ${position?.phase} ${position?.step}`;

/** An earlier confirmation took effect, and the journal did not know of it when the same step was confirmed anew. */
function sentAnewUnknowing(story: Story, effective: readonly OwnRequest[]): readonly string[] {
  const events = readJournals(story).flatMap((journal) => journal.events);
  const foreign = foreignRequests(story).map(({ at }) => at);
  return effective.flatMap((later, index) => {
    const before = effective.slice(0, index);
    const earlier = before.findLast(
      (one) => stepName(one) === stepName(later) && attemptName(one) !== attemptName(later),
    );
    if (earlier === undefined || isKnown(events, earlier, later)) return [];
    const between = (at: string) => at >= earlier.request.at && at <= later.request.at;
    const others = before.filter((one) => stepName(one) !== stepName(later)).map(({ request }) => request.at);
    if ([...foreign, ...others].some(between)) return [];
    return [
      `${later.request.operation} of ${attemptName(later)} was sent though that of ${attemptName(earlier)} had taken effect`,
    ];
  });
}

/** The earlier one's effect is on record before the later one's confirmation. Clocks of two machines do not tell that. */
function isKnown(events: readonly JournalEvent[], earlier: OwnRequest, later: OwnRequest): boolean {
  const [from, until] = [earlier, later].map((own) => events.findIndex((event) => confirms(event, own)));
  return (
    from !== -1 &&
    until !== -1 &&
    events
      .slice(from, until)
      .some(
        (event) =>
          (event.type === "step.sent" || (event.type === "step.failed" && event.effect === "sent")) &&
          isOfStep(event, earlier),
      )
  );
}

const confirms = (event: JournalEvent, own: OwnRequest): boolean =>
  event.type === "step.confirmed" && isOfStep(event, own) && event.at === own.sent.position?.at;

const isOfStep = (
  { execution, step, phase }: { readonly execution: string; readonly step: string; readonly phase: string },
  { sent: { position } }: OwnRequest,
): boolean => execution === position?.execution && step === position.step && phase === position.phase;

/** A Down runs once for each of its confirmations. */
function ranTwice(story: Story): readonly string[] {
  const confirmed = readJournals(story)
    .flatMap(({ events }) => events)
    .filter((event) => event.type === "step.confirmed" && (event.step === "down" || event.step === "downTask"));
  if (story.downs <= confirmed.length) return [];
  return [`vulcan migrate down ran ${story.downs} times by ${confirmed.length} confirmations`];
}
