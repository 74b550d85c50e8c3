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
  | "partial";

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
   * How long a stall lasts, in real ms, default 1000; how long reads stay stale after the call has taken effect, in
   * virtual ms, default 1500; how much later metrics appear, in virtual ms, default 5 min.
   */
  readonly ms?: number;
}

/** What happens to one call: a fault before or after its effect. */
export type Trouble = Fault | undefined;
