import type { Topic } from "../../domain/aws/alerts.ts";
import { accountRegionOf } from "../../domain/aws/arn.ts";
import type { Clients } from "../client/clients.ts";
import { needed } from "../client/needed.ts";
import { readCall } from "../client/read-call.ts";

/** Asked in the topic's own region. Undefined where there is none of that ARN. */
export function readTopic(clients: Clients, arn: string): Promise<Topic | undefined> {
  const home = accountRegionOf(arn);
  const own = home === undefined ? clients : clients.in(home.region);
  return readCall("sns:GetTopicAttributes", async () => {
    const [sns, { GetTopicAttributesCommand }] = await Promise.all([own.sns(), import("../sdk/sns.ts")]);
    const answer = await sns.send(new GetTopicAttributesCommand({ TopicArn: arn })).catch(absent);
    if (answer === undefined) return undefined;
    // Every attribute is a text; those that are not set are left out. [D: GetTopicAttributes]
    const { Policy, KmsMasterKeyId, SubscriptionsConfirmed, SubscriptionsPending } = needed(
      answer.Attributes,
      "Attributes",
    );
    return {
      arn,
      ...(Policy !== undefined && { policy: Policy }),
      ...(KmsMasterKeyId && { key: KmsMasterKeyId }),
      ...numbered("confirmed", SubscriptionsConfirmed),
      ...numbered("pending", SubscriptionsPending),
    };
  });
}

const numbered = (name: string, text: string | undefined) =>
  text !== undefined && /^\d+$/.test(text) ? { [name]: Number(text) } : {};

function absent(failure: unknown): undefined {
  if ((failure as { name?: string }).name === "NotFoundException") return undefined;
  throw failure;
}
