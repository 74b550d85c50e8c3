import type { DeleteAlarmMuteRuleCommandInput, PutAlarmMuteRuleCommandInput } from "@aws-sdk/client-cloudwatch";
import type { Sender } from "../sender.ts";

/** Replaces the rule of that name, if there is one. [D] */
const putMuteRule: Sender = async (clients, input) => {
  const [client, { PutAlarmMuteRuleCommand }] = await Promise.all([
    clients.cloudwatch(),
    import("../sdk/cloudwatch.ts"),
  ]);
  const output = await client.send(new PutAlarmMuteRuleCommand(input as unknown as PutAlarmMuteRuleCommandInput));
  return { requestId: output.$metadata.requestId, answer: {} };
};

const deleteMuteRule: Sender = async (clients, input) => {
  const [client, { DeleteAlarmMuteRuleCommand }] = await Promise.all([
    clients.cloudwatch(),
    import("../sdk/cloudwatch.ts"),
  ]);
  const output = await client.send(new DeleteAlarmMuteRuleCommand(input as unknown as DeleteAlarmMuteRuleCommandInput));
  return { requestId: output.$metadata.requestId, answer: {} };
};

export const CLOUDWATCH_SENDERS: Readonly<Record<string, Sender>> = {
  "cloudwatch:PutAlarmMuteRule": putMuteRule,
  "cloudwatch:DeleteAlarmMuteRule": deleteMuteRule,
};
