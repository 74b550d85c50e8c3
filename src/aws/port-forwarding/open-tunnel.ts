import type { Duplex } from "node:stream";
import type { Door } from "../../domain/aws/exec-target.ts";
import { OpsError } from "../../domain/error.ts";
import { EXIT } from "../../domain/exit-codes.ts";
import { redactText } from "../../domain/redact.ts";
import { sanitise } from "../../domain/sanitise.ts";
import { translate } from "../client/errors.ts";
import { callsOf, type ExecClients } from "../ecs-exec/api.ts";
import { Channel, type ChannelEnd, type Ticket } from "../ecs-exec/data-channel.ts";
import { DEFAULT_LIMITS } from "../ecs-exec/timeouts.ts";
import { TunnelStream } from "./stream.ts";

/** Where a tunnel comes out, as the task resolves it. */
export interface FarEnd {
  readonly host: string;
  readonly port: number;
}

/**
 * AWS's own document for it; Fargate's agents have known it since 3.1.1374 (2022).
 * https://docs.aws.amazon.com/systems-manager/latest/userguide/session-manager-working-with-sessions-start.html
 */
const DOCUMENT = "AWS-StartPortForwardingSessionToRemoteHost";

/** Milliseconds from a session's ticket to the agent's readiness. */
const READY_MS = 15_000;

/** Reads are repeated by whoever needs them: a connection that is lost is not worth a minute. */
const LIMITS = { ...DEFAULT_LIMITS, comeBackMs: 10_000 };

/** The agent's word for a far end that it cannot connect to. (agent/session/contracts: ConnectToPortError) */
const NOT_CONNECTED = 3;

/**
 * A connection to `to`, made by the agent in a container: no process starts there, and nothing listens on this machine.
 * `clients` must not repeat requests. Throws OpsError; later failures are the stream's own error, which is an OpsError too.
 */
export async function openTunnel(
  clients: ExecClients,
  door: Door,
  to: FarEnd,
  now: () => number,
  readyMs = READY_MS,
): Promise<Duplex> {
  const ticket = await startSession(clients, door, to);
  const { resume, terminate } = callsOf(clients, door);
  const stream: TunnelStream = new TunnelStream({
    send: (bytes) => channel.type(bytes),
    closed: () => channel.leave("the connection was closed here"),
  });
  stream.on("error", () => undefined); // whoever uses it hears of it as well; nobody may be there yet
  let onReady = (): void => undefined;
  const ready = new Promise<void>((resolve) => {
    onReady = resolve;
  });
  const output = (bytes: Buffer): void => stream.receive(bytes);
  const channel = new Channel(ticket, { output, ready: onReady, resume: () => resume(ticket.sessionId), now }, LIMITS);
  const late = setTimeout(() => channel.leave(`its agent was not ready within ${readyMs / 1000} s`), readyMs);
  const ended = channel.follow().then((end) => {
    const error = brokenError(end, door, to);
    stream.destroy(error);
    if (end.kind !== "closed" || end.flag !== undefined) void terminate(ticket.sessionId);
    return error;
  });
  const failure = await Promise.race([ready, ended]).finally(() => clearTimeout(late));
  if (failure !== undefined) throw failure;
  stream.begin();
  return stream;
}

async function startSession(clients: ExecClients, door: Door, { host, port }: FarEnd): Promise<Ticket> {
  const Target = `ecs:${door.cluster}_${door.task}_${door.runtimeId}`;
  const Parameters = { host: [host], portNumber: [String(port)] };
  try {
    const [client, { StartSessionCommand }] = await Promise.all([clients.ssm(), import("../sdk/ssm.ts")]);
    const answer = await client.send(new StartSessionCommand({ Target, DocumentName: DOCUMENT, Parameters }));
    const { SessionId = "", StreamUrl = "", TokenValue = "" } = answer;
    return { sessionId: SessionId, streamUrl: StreamUrl, tokenValue: TokenValue };
  } catch (failure) {
    if ((failure as Error).name !== "TargetNotConnected") throw translate(failure, "ssm:StartSession");
    throw tunnelError("tunnel-not-connected", `the agent in task ${door.task} cannot be reached`, failure);
  }
}

function brokenError(end: ChannelEnd, { task }: Door, { host, port }: FarEnd): OpsError {
  if (end.kind === "encrypted")
    return tunnelError("tunnel-encrypted", "Session Manager encrypts sessions with a KMS key, which is not done here");
  if (end.kind === "closed" && end.flag === NOT_CONNECTED)
    return tunnelError("database-unreachable", `task ${task} cannot connect to ${host}:${port}`);
  const said = end.kind === "lost" ? end.why : end.message;
  const why = redactText(sanitise(said, { most: 300 })) || "the session ended";
  return tunnelError("database-broken", `the way to ${host}:${port} through task ${task} broke: ${why}`);
}

function tunnelError(code: string, message: string, cause?: unknown): OpsError {
  return new OpsError({
    code,
    exitCode: EXIT.failed,
    fault: "remote",
    effect: "none",
    message,
    unchanged: "It was a read: nothing changed.",
    ...(cause === undefined ? {} : { cause }),
  });
}
