import { hasExecAgent } from "../ecs/exec-agent.ts";
import { isUp } from "../ecs/task-container.ts";
import { AwsError } from "../http/aws-error.ts";
import type { Input, Output } from "../http/input.ts";
import { required, text } from "../http/input.ts";
import type { SessionTarget } from "../session-channel/model.ts";
import { destinationPort } from "../session-channel/port-destination.ts";
import { PortForward } from "../session-channel/port-forward.ts";
import { Session } from "../session-channel/session.ts";
import type { World } from "../world.ts";
import { portProperties } from "./session-documents.ts";

/** `ecs:CLUSTER_TASKID_RUNTIMEID`. A cluster's name may contain underscores. */
const ECS_TARGET = /^ecs:(.+)_([^_]+)_([^_]+)$/;

/** Faults that only affect commands: output that is cut off, and a command that survives its session. */
const OF_COMMANDS = new Set(["channel-truncate", "channel-survive"]);

/** The container behind the target, with its agent running. The error is the same whatever is missing. [D; text O] */
function placeOf(world: World, target: string): SessionTarget {
  const [, cluster = "", id = "", runtimeId] = ECS_TARGET.exec(target) ?? [];
  const task = world.ecs.clusters.get(cluster)?.tasks.get(id);
  const container = task?.containers.find((one) => one.runtimeId === runtimeId);
  const isConnected =
    container !== undefined && task !== undefined && isUp(container) && hasExecAgent(world, task, container);
  if (isConnected) return { task, container };
  throw new AwsError("TargetNotConnected", `${target} is not connected.`);
}

/** Starts a port session, even if no client ever comes. The id begins with the role session's name. [O] */
export function startSession(world: World, input: Input): Output {
  const target = required(input, "Target");
  const properties = portProperties(input);
  const place = placeOf(world, target);
  const { host = "localhost", portNumber } = properties;
  const id = `rehearsal-${world.random.hex(17)}`;
  const what = `${text(input, "DocumentName")} ${host}:${portNumber}`;
  const faults = world.channelFaults().filter(({ kind }) => !OF_COMMANDS.has(kind));
  const session = new Session(world, id, place, what, faults);
  world.sessions.set(id, session);
  const find = (): number | undefined => destinationPort(world, place.task, host, Number(portNumber));
  session.begin(new PortForward(session, properties, find));
  return { SessionId: id, TokenValue: session.token, StreamUrl: world.streamUrl(id) };
}
