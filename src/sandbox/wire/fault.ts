export type FaultKind =
  | "throttle"
  | "http500-html"
  | "http500-json"
  | "reset"
  | "expired-token"
  | "access-denied"
  | "stall"
  | "not-connected"
  | ChannelFaultKind;

/** Trouble on the data channel of ECS Exec; armed for the operation `DataChannel`, where a session is a call. */
export type ChannelFaultKind =
  | "channel-lose-acks"
  | "channel-duplicate"
  | "channel-reorder"
  | "channel-pause"
  | "channel-drop"
  | "channel-close"
  | "channel-truncate"
  | "channel-idle"
  | "channel-survive";

/** Trouble on the wire, to be met by the `nth` matching call (from 1) and the `times - 1` after it. */
export interface Fault {
  /** An operation's name, or `*` for all. */
  readonly operation: string;
  readonly nth?: number;
  /** Default 1; Infinity keeps it up. */
  readonly times?: number;
  /** Whether the call takes effect: `after` loses only the answer. */
  readonly when: "before" | "after";
  readonly kind: FaultKind;
  /** How long a stall or a pause lasts, in real milliseconds; default 1000. */
  readonly ms?: number;
  /** Where in the output it happens, or how much of its end is lost. */
  readonly bytes?: number;
  /** How many acknowledgements are lost; default 3. */
  readonly count?: number;
}
