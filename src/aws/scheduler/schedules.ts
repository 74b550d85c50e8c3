import type { CreateScheduleCommandInput, DeleteScheduleCommandInput } from "@aws-sdk/client-scheduler";
import type { OneTimeSchedule } from "../../domain/aws/reads.ts";
import type { Clients } from "../client/clients.ts";
import { needed } from "../client/needed.ts";
import type { Sender } from "../sender.ts";

const sdkOf = (clients: Clients) => Promise.all([clients.scheduler(), import("../sdk/scheduler.ts")]);

/** Of the default group. */
export async function readSchedule(clients: Clients, name: string): Promise<OneTimeSchedule | undefined> {
  const [client, { GetScheduleCommand }] = await sdkOf(clients);
  const answer = await client.send(new GetScheduleCommand({ Name: name })).catch((failure: unknown) => {
    if ((failure as { name?: string }).name === "ResourceNotFoundException") return undefined;
    throw failure;
  });
  return answer && { expression: needed(answer.ScheduleExpression, "ScheduleExpression") };
}

/** The token makes a repeated request the same one. [D: ClientToken, 1 to 64 characters] */
const createSchedule: Sender = async (clients, input, key) => {
  const [client, { CreateScheduleCommand }] = await sdkOf(clients);
  const request = { ...(input as unknown as CreateScheduleCommandInput), ClientToken: key };
  const { ScheduleArn, $metadata } = await client.send(new CreateScheduleCommand(request));
  return { requestId: $metadata.requestId, answer: { schedule: ScheduleArn ?? null } };
};

const deleteSchedule: Sender = async (clients, input) => {
  const [client, { DeleteScheduleCommand }] = await sdkOf(clients);
  const { $metadata } = await client.send(new DeleteScheduleCommand(input as unknown as DeleteScheduleCommandInput));
  return { requestId: $metadata.requestId, answer: {} };
};

export const SCHEDULER_SENDERS: Readonly<Record<string, Sender>> = {
  "scheduler:CreateSchedule": createSchedule,
  "scheduler:DeleteSchedule": deleteSchedule,
};
