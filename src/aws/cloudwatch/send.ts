import type {
  DeleteAlarmMuteRuleCommandInput,
  DeleteAlarmsCommandInput,
  PutAlarmMuteRuleCommandInput,
  PutMetricAlarmCommandInput,
  SetAlarmStateCommandInput,
} from "@aws-sdk/client-cloudwatch";
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

/** Makes the alarm, or replaces all settings of the one of that name, and none of its tags. [D] */
const putAlarm: Sender = async (clients, input) => {
  const [client, { PutMetricAlarmCommand }] = await Promise.all([clients.cloudwatch(), import("../sdk/cloudwatch.ts")]);
  const output = await client.send(new PutMetricAlarmCommand(input as unknown as PutMetricAlarmCommandInput));
  return { requestId: output.$metadata.requestId, answer: {} };
};

const deleteAlarms: Sender = async (clients, input) => {
  const [client, { DeleteAlarmsCommand }] = await Promise.all([clients.cloudwatch(), import("../sdk/cloudwatch.ts")]);
  const output = await client.send(new DeleteAlarmsCommand(input as unknown as DeleteAlarmsCommandInput));
  return { requestId: output.$metadata.requestId, answer: {} };
};

/** The next evaluation sets the real state again. [D] */
const setAlarmState: Sender = async (clients, input) => {
  const [client, { SetAlarmStateCommand }] = await Promise.all([clients.cloudwatch(), import("../sdk/cloudwatch.ts")]);
  const output = await client.send(new SetAlarmStateCommand(input as unknown as SetAlarmStateCommandInput));
  return { requestId: output.$metadata.requestId, answer: {} };
};

export const CLOUDWATCH_SENDERS: Readonly<Record<string, Sender>> = {
  "cloudwatch:PutAlarmMuteRule": putMuteRule,
  "cloudwatch:DeleteAlarmMuteRule": deleteMuteRule,
  "cloudwatch:PutMetricAlarm": putAlarm,
  "cloudwatch:DeleteAlarms": deleteAlarms,
  "cloudwatch:SetAlarmState": setAlarmState,
};
