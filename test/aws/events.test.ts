import { expect, it } from "vitest";
import type { Clients } from "../../src/aws/client/clients.ts";
import { EVENTS_SENDERS } from "../../src/aws/events/send.ts";

const answering = (answer: object) =>
  ({
    events: async () => ({ send: async () => ({ $metadata: { requestId: "1" }, ...answer }) }),
  }) as unknown as Clients;

const send = (name: string, answer: object) =>
  EVENTS_SENDERS[`events:${name}`]?.(answering(answer), {}, "key", { clock: { now: () => 0 } });

it.each(["PutTargets", "RemoveTargets"])("%s that answers 200 and refuses the target has failed", async (name) => {
  const refused = { FailedEntryCount: 1, FailedEntries: [{ TargetId: "vulcan-ops", ErrorMessage: "no such topic" }] };
  await expect(send(name, refused)).rejects.toMatchObject({
    detail: { code: "target-refused", effect: "none", message: "EventBridge refused the rule's target: no such topic" },
  });
  expect(await send(name, { FailedEntryCount: 0, FailedEntries: [] })).toEqual({ requestId: "1", answer: {} });
});
