import type { World } from "../world.ts";
import type { Published } from "./published.ts";

/** Publishes to a topic. Returns undefined if no topic has that ARN. */
export function publish(
  world: World,
  topicArn: string,
  subject: string | undefined,
  message: string,
): Published | undefined {
  if (!world.topics.has(topicArn)) return undefined;
  const published = { topicArn, messageId: world.random.uuid(), at: world.clock.now(), subject, message };
  world.published.push(published);
  return published;
}
