import type { Socket } from "node:net";
import type { Duplex } from "node:stream";

/** A connection that stands already, as pg takes a socket: it asks it to connect, and tunes it. TLS goes on top of it. */
export function asSocket(stream: Duplex): Socket {
  const itself = () => socket;
  const socket = Object.assign(stream, {
    connect: () => {
      setImmediate(() => stream.emit("connect"));
      return socket;
    },
    destroySoon: () => stream.end(() => stream.destroy()),
    setKeepAlive: itself,
    setNoDelay: itself,
    ref: itself,
    unref: itself,
  }) as unknown as Socket;
  return socket;
}
