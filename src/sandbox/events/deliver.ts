import { publishAs } from "../sns/publish.ts";
import type { World } from "../world.ts";
import { type BusEvent, fits, readPattern } from "./pattern.ts";

/**
 * Puts an event of an AWS service on the default bus. Each enabled rule that it fits sends it to its topics, if they let
 * EventBridge publish; else it is lost, as with AWS after its retries.
 */
export function putEvent(world: World, event: BusEvent): void {
  const whole = {
    version: "0",
    id: world.random.uuid(),
    "detail-type": event["detail-type"],
    source: event.source,
    account: world.account,
    time: new Date(world.clock.now()).toISOString().replace(/\.\d+Z$/, "Z"),
    region: world.region,
    resources: event.resources,
    detail: event.detail,
  };
  for (const rule of world.rules.values()) {
    if (rule.state !== "ENABLED" || !fits(readPattern(rule.pattern), whole)) continue;
    for (const { Arn } of rule.targets) {
      const by = { service: "events.amazonaws.com", source: rule.arn };
      const sent = publishAs(world, by, { topic: Arn, message: JSON.stringify(whole) });
      if (sent === undefined) world.log(`sandbox: the rule ${rule.name} could not publish to ${Arn}`);
    }
  }
}
