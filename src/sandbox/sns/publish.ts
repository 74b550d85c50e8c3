import type { World } from "../world.ts";
import type { Published } from "./published.ts";
import { mayPublish, type Publisher } from "./topic-policy.ts";

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

/** The same for a service of AWS. Returns undefined also where the topic's policy or its key does not let it. */
export function publishAs(
  world: World,
  by: Publisher,
  { topic, subject, message }: { readonly topic: string; readonly subject?: string; readonly message: string },
): Published | undefined {
  const found = world.topics.get(topic);
  if (found === undefined || !mayPublish(found, by, world.account)) return undefined;
  return publish(world, topic, subject, message);
}
