import { WebSocket } from "ws";

/** One connection of a client: which release answered it, and how long it lived by the given clock. */
export interface Held {
  readonly version: string;
  readonly from: number;
  readonly to?: number;
  /** The close code; absent while it is open. */
  readonly code?: number;
}

/**
 * Clients that each hold one WebSocket, and open another one as soon as theirs is closed. `now`: virtual ms. `stop`
 * gives each client's connections in their order, and whatever failed.
 */
export function holdSockets(url: string, count: number, now: () => number) {
  const failures: string[] = [];
  const clients = Array.from({ length: count }, (): Held[] => []);
  const open = new Set<WebSocket>();
  let isOver = false;
  const connect = (own: Held[]): void => {
    const socket = new WebSocket(url.replace(/^http/, "ws"));
    let held: Held | undefined;
    open.add(socket);
    socket.on("message", (data) => {
      held = { version: JSON.parse(String(data)).version, from: now() };
      own.push(held);
    });
    socket.on("error", (error) => failures.push(String(error)));
    socket.on("close", (code) => {
      open.delete(socket);
      if (isOver) return;
      if (held === undefined) failures.push(`closed with ${code} before it was used`);
      else own[own.indexOf(held)] = { ...held, to: now(), code };
      connect(own);
    });
  };
  for (const own of clients) connect(own);
  return {
    stop() {
      isOver = true;
      for (const socket of open) socket.terminate();
      return { clients, failures };
    },
  };
}
