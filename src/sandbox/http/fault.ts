/** Faults of an AWS call, and what the caller sees. */
export const CALL_FAULTS = {
  throttle: "the call is refused: Rate exceeded",
  "http500-html": "status 500 with a page of HTML, as a proxy in between sends it",
  "http500-json": "status 500 in the service's own form",
  "http503-html": "status 503 with a page of HTML",
  reset: "the connection is cut instead of an answer",
  "expired-token": "the caller's credentials have expired",
  refuse: "the call is refused with the error code given in code",
  "access-denied": "the caller may not do that",
  ignored: "the call is answered as accepted, and is never carried out",
  stall: "the answer comes later, by ms, or once the faults are cleared",
  stale: "reads show the service as it was before the call, for a while",
  late: "metrics appear later, by ms",
  missing: "every third minute of the metrics is absent",
  partial: "the first page of metrics is half of them",
  "not-connected": "ExecuteCommand or StartSession does not reach the container's agent",
} as const;

/** Faults on a session's data channel, armed for the operation `DataChannel`. Each session counts as a call. */
export const CHANNEL_FAULTS = {
  "channel-lose-acks": "the first acknowledgements get lost",
  "channel-duplicate": "frames of output come twice",
  "channel-reorder": "frames of output come in another order",
  "channel-pause": "nothing comes for a while, from a byte of the output on",
  "channel-drop": "the socket is cut at a byte of the output",
  "channel-close": "the service closes the session at a byte of the output; the command is killed",
  "channel-truncate": "the end of the output never comes",
  "channel-idle": "the session times out as if no key had come",
  "channel-survive": "a command that is cut off lives on",
} as const;

export type ChannelFaultKind = keyof typeof CHANNEL_FAULTS;
export type FaultKind = keyof typeof CALL_FAULTS | ChannelFaultKind;

/** The operation for which faults of the data channel are armed. */
export const CHANNEL_OPERATION = "DataChannel";

/** A fault on the wire. It strikes the `nth` matching call (from 1) and the `times - 1` calls after it. */
export interface Fault {
  /** An operation's name, or `*` for all. */
  readonly operation: string;
  readonly nth?: number;
  /** Default 1. Infinity strikes without end; it is the default if `share` is given. */
  readonly times?: number;
  /** Strikes only this share (0–1) of its calls, drawn with the sandbox's seed; default all. */
  readonly share?: number;
  /** Whether the call takes effect: `after` loses only the answer. */
  readonly when: "before" | "after";
  readonly kind: FaultKind;
  /**
   * For a stall or a pause: how long it lasts, in real ms, default 1000. For stale reads: how long they stay stale
   * after the call takes effect, in virtual ms, default 1500. For late metrics: how much later they appear, in virtual
   * ms, default 5 min.
   */
  readonly ms?: number;
  /** Where in a channel's output the fault happens, or how much of the output's end is lost. */
  readonly bytes?: number;
  /** The error code of `refuse`, as AWS spells it. */
  readonly code?: string;
  /** How many of a channel's acknowledgements are lost; default 3. */
  readonly count?: number;
}

/** The fault that one call meets, before or after its effect, if any. */
export type CallFault = Fault | undefined;

/** A fault, how many calls it has seen, and how many of these it has struck. */
export interface ArmedFault extends Fault {
  readonly seen: number;
  readonly struck: number;
}
