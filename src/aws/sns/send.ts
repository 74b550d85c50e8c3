import type { PublishCommandInput } from "@aws-sdk/client-sns";
import { accountRegionOf } from "../../domain/aws/arn.ts";
import type { Sender } from "../sender.ts";

/** SNS has no token against repetition, so a message whose answer is lost is not sent again. [D] */
export const publish: Sender = async (clients, input) => {
  const request = input as unknown as PublishCommandInput;
  const home = accountRegionOf(request.TopicArn ?? "");
  const own = home === undefined ? clients : clients.in(home.region);
  const [client, { PublishCommand }] = await Promise.all([own.sns(), import("../sdk/sns.ts")]);
  const output = await client.send(new PublishCommand(request));
  return { requestId: output.$metadata.requestId, answer: { told: true, message: output.MessageId ?? null } };
};
