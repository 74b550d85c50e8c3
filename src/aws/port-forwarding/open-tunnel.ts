import type { Duplex } from "node:stream";
import type { TunnelTask } from "../../domain/aws/exec-target.ts";
import { OpsError } from "../../domain/error.ts";
import { EXIT } from "../../domain/exit-codes.ts";
import { redactText } from "../../domain/redact.ts";
import { sanitise } from "../../domain/sanitise.ts";
import { translate } from "../client/errors.ts";
import { callsOf, type ExecClients } from "../ecs-exec/api.ts";
import { Channel, type ChannelEnd, type Ticket } from "../ecs-exec/data-channel.ts";
import { DEFAULT_LIMITS } from "../ecs-exec/timeouts.ts";
import { TunnelStream } from "./stream.ts";

/** The far end of a tunnel. The task resolves its host name. */
export interface RemoteAddress {
  readonly host: string;
  readonly port: number;
}

/**
 * AWS's own SSM document for port forwarding. Fargate's agents have supported it since 3.1.1374 (2022).
 * https://docs.aws.amazon.com/systems-manager/latest/userguide/session-manager-working-with-sessions-start.html
 */
const DOCUMENT = "AWS-StartPortForwardingSessionToRemoteHost";

/** Milliseconds from a session's ticket to the agent's readiness. */
const READY_MS = 15_000;

/** The caller repeats its reads, so a lost connection is not worth a minute. */
const LIMITS = { ...DEFAULT_LIMITS, comeBackMs: 10_000 };

/** The agent's flag for a far end that it cannot connect to. (agent/session/contracts: ConnectToPortError) */
const NOT_CONNECTED = 3;

/**
 * The agent in a container connects to `to`: no process starts there, and nothing listens on this machine. `clients`
 * must not repeat requests. Throws OpsError. A later failure is the stream's own error, also an OpsError.
 */
export async function openTunnel(
  clients: ExecClients,
  tunnelTask: TunnelTask,
  to: RemoteAddress,
  now: () => number,
  readyMs = READY_MS,
): Promise<Duplex> {
  const ticket = await startSession(clients, tunnelTask, to);
  const { resume, terminate, agent } = callsOf(clients, tunnelTask);
  const stream: TunnelStream = new TunnelStream({
    send: (bytes) => channel.type(bytes),
    closed: () => channel.leave("the connection was closed here"),
  });
  stream.on("error", () => undefined); // the stream's user gets the error too, but may not listen yet
  let onReady = (): void => undefined;
  const ready = new Promise<void>((resolve) => {
    onReady = resolve;
  });
  const output = (bytes: Buffer): void => stream.receive(bytes);
  const ways = { resume: () => resume(ticket.sessionId), agent: () => agent(ticket.streamUrl) };
  const channel = new Channel(ticket, { output, ready: onReady, ...ways, now }, LIMITS);
  const late = setTimeout(() => channel.leave(`its agent was not ready within ${readyMs / 1000} s`), readyMs);
  const ended = channel.follow().then((end) => {
    const error = brokenError(end, tunnelTask, to);
    stream.destroy(error);
    if (end.kind !== "closed" || end.flag !== undefined) void terminate(ticket.sessionId);
    return error;
  });
  const failure = await Promise.race([ready, ended]).finally(() => clearTimeout(late));
  if (failure !== undefined) throw failure;
  stream.begin();
  return stream;
}

async function startSession(
  clients: ExecClients,
  tunnelTask: TunnelTask,
  { host, port }: RemoteAddress,
): Promise<Ticket> {
  const Target = `ecs:${tunnelTask.cluster}_${tunnelTask.task}_${tunnelTask.runtimeId}`;
  const Parameters = { host: [host], portNumber: [String(port)] };
  try {
    const [client, { StartSessionCommand }] = await Promise.all([clients.ssm(), import("../sdk/ssm.ts")]);
    const answer = await client.send(new StartSessionCommand({ Target, DocumentName: DOCUMENT, Parameters }));
    const { SessionId = "", StreamUrl = "", TokenValue = "" } = answer;
    return { sessionId: SessionId, streamUrl: StreamUrl, tokenValue: TokenValue };
  } catch (failure) {
    if ((failure as Error).name !== "TargetNotConnected") throw translate(failure, "ssm:StartSession");
    throw tunnelError("tunnel-not-connected", `the agent in task ${tunnelTask.task} cannot be reached`, failure);
  }
}

function brokenError(end: ChannelEnd, { task }: TunnelTask, { host, port }: RemoteAddress): OpsError {
  if (end.kind === "encrypted")
    return tunnelError("tunnel-encrypted", "Session Manager encrypts sessions with a KMS key, which is not done here");
  if (end.kind === "closed" && end.flag === NOT_CONNECTED)
    return tunnelError("database-unreachable", `task ${task} cannot connect to ${host}:${port}`);
  const detail = end.kind === "lost" ? end.why : end.message;
  const why = redactText(sanitise(detail, { most: 300 })) || "the session ended";
  return tunnelError("database-broken", `the way to ${host}:${port} through task ${task} broke: ${why}`);
}

function tunnelError(code: string, message: string, cause?: unknown): OpsError {
  return new OpsError({
    code,
    exitCode: EXIT.failed,
    fault: "remote",
    effect: "none",
    message,
    ...(cause === undefined ? {} : { cause }),
  });
}
