import type { Agent } from "node:http";
import type WebSocket from "ws";
import { opening } from "./message-payload.ts";

/** The protocol's frames are far smaller; a larger one is not part of it. */
const MOST_BYTES = 1024 * 1024;
const CONNECT_MS = 10_000;

/** How a socket closed: its close code (RFC 6455 §7.4; 1006 if there was none) and the reason. */
export interface SocketClosed {
  readonly code: number;
  readonly reason: string;
}

/** One websocket on which a session's channel was opened. */
export interface OpenSocket {
  send(frame: Buffer): void;
  close(): void;
  readonly gone: Promise<SocketClosed>;
}

/** The ping interval, and how many pings may go unanswered. Pings detect a dead task or a laptop that slept. */
export interface Heartbeat {
  readonly pingMs: number;
  readonly missed: number;
}

interface SocketPorts {
  newId(): string;
  readonly heartbeat: Heartbeat;
  onOpen(): void;
  onFrame(frame: Buffer): void;
  readonly agent?: Agent | undefined;
}

/**
 * Opens a channel: no subprotocol, no signature, the token in the first frame, and no reply to it (`ecs-exec.md` §2).
 * If the socket cannot be opened, `gone` resolves at once.
 */
export async function openSocket(
  url: string,
  token: string,
  { newId, heartbeat, onOpen, onFrame, agent }: SocketPorts,
): Promise<OpenSocket> {
  const { default: Socket } = await import("ws");
  const options = {
    perMessageDeflate: false,
    handshakeTimeout: CONNECT_MS,
    maxPayload: MOST_BYTES,
    ...(agent && { agent }),
  };
  const socket: WebSocket = new Socket(url, options);
  let problem = "";
  socket.once("open", () => {
    socket.send(opening(token, newId));
    onOpen();
  });
  socket.on("error", (error) => {
    problem = error.message;
  });
  socket.on("message", (data, isBinary) => {
    if (isBinary && Buffer.isBuffer(data)) onFrame(data);
  });
  const stop = watchPulse(socket, heartbeat);
  const gone = new Promise<SocketClosed>((resolve) =>
    socket.once("close", (code, reason) => {
      stop();
      resolve({ code, reason: reason.toString() || problem });
    }),
  );
  return {
    gone,
    send: (frame) => {
      if (socket.readyState === socket.OPEN) socket.send(frame);
    },
    close: () => socket.terminate(),
  };
}

function watchPulse(socket: WebSocket, { pingMs, missed }: Heartbeat): () => void {
  let unanswered = 0;
  socket.on("pong", () => {
    unanswered = 0;
  });
  const timer = setInterval(() => {
    if (socket.readyState !== socket.OPEN) return;
    if (unanswered >= missed) return socket.terminate();
    unanswered++;
    socket.ping();
  }, pingMs);
  return () => clearInterval(timer);
}

/** Whether the traffic is safe from readers in between: TLS, or this machine itself. */
export function isSafeUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname } = new URL(text);
  return protocol === "wss:" || (protocol === "ws:" && /^(127\.0\.0\.1|localhost|\[::1\])$/.test(hostname));
}
