import { Channel, type ChannelEnd, type ChannelPorts, type Ticket } from "./data-channel.ts";
import type { ExecLimits } from "./timeouts.ts";

/** The connection of a session, from its ticket to its end. */
export interface SessionLine {
  type(text: string): void;
  /** Ends our side; the session itself may continue. */
  leave(why: string): void;
  /** Call it once. */
  follow(): Promise<ChannelEnd>;
}

export type OpenLine = (ticket: Ticket, ports: ChannelPorts, limits: ExecLimits) => SessionLine;

/** The transport of sessions. Call `ready` before a command starts: it throws OpsError if no line is possible. */
export interface ExecVia {
  ready(place: { readonly cluster: string; readonly task: string; readonly container: string }): Promise<OpenLine>;
}

/** This program's own client of the data channel. */
export const OWN_CLIENT: ExecVia = {
  ready:
    async () =>
    (...line) =>
      new Channel(...line),
};
