export type FaultKind =
  | "throttle"
  | "http500-html"
  | "http500-json"
  | "http503-html"
  | "reset"
  | "expired-token"
  | "access-denied"
  | "stall"
  | "stale"
  | "late"
  | "missing"
  | "partial"
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
  /** Default 1; Infinity, the default where a share is given, keeps it up. */
  readonly times?: number;
  /** Strikes this share (0–1) of the calls it would meet, drawn with the sandbox's seed; default all. */
  readonly share?: number;
  /** Whether the call takes effect: `after` loses only the answer. */
  readonly when: "before" | "after";
  readonly kind: FaultKind;
  /**
   * How long a stall or a pause lasts, in real ms, default 1000; how long reads stay stale after the call has taken
   * effect, in virtual ms, default 1500; how much later metrics appear, in virtual ms, default 5 min.
   */
  readonly ms?: number;
  /** Where in a channel's output it happens, or how much of its end is lost. */
  readonly bytes?: number;
  /** How many of a channel's acknowledgements are lost; default 3. */
  readonly count?: number;
}

/** What happens to one call: a fault before or after its effect. */
export type Trouble = Fault | undefined;
