/** Trouble with a call of AWS, and what it looks like to the caller. */
export const CALL_FAULTS = {
  throttle: "the call is refused: Rate exceeded",
  "http500-html": "status 500 with a page of HTML, as a proxy in between sends it",
  "http500-json": "status 500 in the service's own form",
  "http503-html": "status 503 with a page of HTML",
  reset: "the connection is cut instead of an answer",
  "expired-token": "the caller's credentials have expired",
  refuse: "the call is refused with the error code given in code",
  "access-denied": "the caller may not do that",
  stall: "the answer comes later, by ms, or once the faults are cleared",
  stale: "reads show the service as it was before the call, for a while",
  late: "metrics appear later, by ms",
  missing: "every third minute of the metrics is absent",
  partial: "the first page of metrics is half of them",
  "not-connected": "ExecuteCommand or StartSession does not reach the container's agent",
} as const;

/** Trouble on the data channel of a session; armed for the operation `DataChannel`, where a session is a call. */
export const CHANNEL_FAULTS = {
  "channel-lose-acks": "the first acknowledgements get lost",
  "channel-duplicate": "frames of output come twice",
  "channel-reorder": "frames of output come in another order",
  "channel-pause": "nothing comes for a while, from a byte of the output on",
  "channel-drop": "the socket is cut at a byte of the output",
  "channel-close": "the service closes the session at a byte of the output; the command is killed",
  "channel-truncate": "the end of the output never comes",
  "channel-idle": "the session times out as if nobody had typed",
  "channel-survive": "a command that is cut off lives on",
} as const;

export type ChannelFaultKind = keyof typeof CHANNEL_FAULTS;
export type FaultKind = keyof typeof CALL_FAULTS | ChannelFaultKind;

/** What is armed for the data channel is armed for this name. */
export const CHANNEL_OPERATION = "DataChannel";

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
  /** The error code of `refuse`, as AWS spells it. */
  readonly code?: string;
  /** How many of a channel's acknowledgements are lost; default 3. */
  readonly count?: number;
}

/** What happens to one call: a fault before or after its effect. */
export type Trouble = Fault | undefined;

/** A fault, how many calls it has seen, and how many of them it has struck. */
export interface ArmedFault extends Fault {
  readonly seen: number;
  readonly struck: number;
}
