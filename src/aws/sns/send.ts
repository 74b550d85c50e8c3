import type { PublishCommandInput } from "@aws-sdk/client-sns";
import type { Sender } from "../sender.ts";

/** SNS has no token for it: a message whose answer is lost is not sent again. [D] */
export const publish: Sender = async (clients, input) => {
  const [client, { PublishCommand }] = await Promise.all([clients.sns(), import("../sdk/sns.ts")]);
  const output = await client.send(new PublishCommand(input as unknown as PublishCommandInput));
  return { requestId: output.$metadata.requestId, answer: { told: true, message: output.MessageId ?? null } };
};
