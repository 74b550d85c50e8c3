import { AwsError } from "../http/aws-error.ts";
import type { Input } from "../http/input.ts";
import { required } from "../http/input.ts";
import { changing, type Operation } from "../http/operation.ts";
import type { ChannelSession } from "../session-channel/model.ts";
import type { World } from "../world.ts";
import { startSession } from "./start-session.ts";

function findSession(world: World, input: Input): ChannelSession {
  const session = world.sessions.get(required(input, "SessionId"));
  if (session === undefined) throw new AwsError("DoesNotExistException", "The specified session does not exist.");
  return session;
}

/** The operations that clients of sessions use. An empty token means that the session is over. [S] */
export const sessionOperations: Readonly<Record<string, Operation>> = {
  StartSession: changing(startSession),
  ResumeSession: changing((world, input) => {
    const session = findSession(world, input);
    return { SessionId: session.id, TokenValue: session.renewToken(), StreamUrl: world.streamUrl(session.id) };
  }),
  TerminateSession: changing((world, input) => {
    const session = findSession(world, input);
    session.terminate();
    return { SessionId: session.id };
  }),
};
