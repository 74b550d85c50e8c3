import { AwsError } from "../http/aws-error.ts";
import type { Input, Output } from "../http/input.ts";
import { number, records, required, text } from "../http/input.ts";
import { changing, type Operation, reading } from "../http/operation.ts";
import { page } from "../http/page.ts";
import type { ChannelSession } from "../session-channel/model.ts";
import type { World } from "../world.ts";
import { startSession } from "./start-session.ts";

function findSession(world: World, input: Input): ChannelSession {
  const session = world.sessions.get(required(input, "SessionId"));
  if (session === undefined) throw new AwsError("DoesNotExistException", "The specified session does not exist.");
  return session;
}

const sessionView = (world: World, { id, task, container, state, startedAt, endedAt }: ChannelSession): Output => ({
  SessionId: id,
  Target: `ecs:${task.cluster.name}_${task.id}_${container.runtimeId}`,
  Status: state === "running" ? "Connected" : "Terminated",
  StartDate: new Date(startedAt),
  EndDate: endedAt === undefined ? undefined : new Date(endedAt),
  Owner: `arn:aws:sts::${world.account}:assumed-role/operator/rehearsal`,
});

/** The operations that clients of sessions use. An empty token means that the session is over. [S] */
export const sessionOperations: Readonly<Record<string, Operation>> = {
  StartSession: changing(startSession),
  ResumeSession: changing((world, input) => {
    const session = findSession(world, input);
    return { SessionId: session.id, TokenValue: session.renewToken(), StreamUrl: world.streamUrl(session.id) };
  }),
  /** Active ones, or those that have ended: of ECS Exec as well. [D; filters are not simulated] */
  DescribeSessions: reading((world, input) => {
    const state = required(input, "State");
    if (state !== "Active" && state !== "History") {
      throw new AwsError("ValidationException", `State must be Active or History, not ${state}.`);
    }
    if (records(input, "Filters").length > 0) {
      throw new AwsError("NotImplemented", "The sandbox does not filter sessions.", 501);
    }
    const found = [...world.sessions.values()].filter((one) => (one.state === "running") === (state === "Active"));
    const { items, nextToken } = page(found, number(input, "MaxResults") ?? 200, text(input, "NextToken"), "sessions");
    return { Sessions: items.map((session) => sessionView(world, session)), NextToken: nextToken };
  }),

  TerminateSession: changing((world, input) => {
    const session = findSession(world, input);
    session.terminate();
    return { SessionId: session.id };
  }),
};
