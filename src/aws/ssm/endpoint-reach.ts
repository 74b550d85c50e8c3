import { connect } from "node:net";
import type { MessagesReach } from "../../domain/aws/setup.ts";
import { limitOf } from "../../domain/time-limit.ts";
import type { Clients } from "../client/clients.ts";

const LIMIT_MS = 1000;

/**
 * Tests the route of an ECS Exec session: directly to the host of its streamUrl (`ecs-exec.md` §2), because our
 * websocket uses no proxy. Sends nothing. Undefined if ECS itself has another endpoint.
 */
export async function readReach(clients: Clients): Promise<MessagesReach | undefined> {
  const { config } = await clients.ecs();
  const [region, elsewhere] = await Promise.all([config.region(), config.serviceConfiguredEndpoint?.()]);
  if (elsewhere !== undefined || config.endpoint !== undefined) return undefined;
  const host = `ssmmessages.${region}.amazonaws.com${region.startsWith("cn-") ? ".cn" : ""}`;
  const failure = await connectionFailure(host, 443);
  return { host, ...(failure && { failure }) };
}

/** Why no TCP connection opens within `limitMs`, a second by default; undefined if one opens. It is closed at once. */
export function connectionFailure(
  host: string,
  port: number,
  limitMs = limitOf(LIMIT_MS),
): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    const end = (failure?: string) => {
      socket.destroy();
      resolve(failure);
    };
    socket.setTimeout(limitMs, () => end(`no answer within ${limitMs / 1000} s`));
    socket.once("connect", () => end());
    socket.once("error", ({ code, message }: NodeJS.ErrnoException) => end(code ?? message));
  });
}
