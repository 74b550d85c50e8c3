import { Channel, type ChannelEnd, type ChannelPorts, type Ticket } from "./data-channel.ts";
import type { ExecLimits } from "./timeouts.ts";

/** A session's line, from its ticket to its end. */
export interface SessionLine {
  type(text: string): void;
  /** Our side ends; the session itself may go on. */
  leave(why: string): void;
  /** To be called once. */
  follow(): Promise<ChannelEnd>;
}

export type OpenLine = (ticket: Ticket, ports: ChannelPorts, limits: ExecLimits) => SessionLine;

/** What carries sessions. `ready` comes before a command is started: throws OpsError where no line could be had. */
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
