/** A limit that a metric must keep: its text on the screen, and how it was broken. */
export interface Limit {
  readonly shown: string;
  readonly broken?: string;
  /** The newest minute, or all together, lies beyond it, but it is not broken yet: `ABOVE 0, newest min`. */
  readonly beyond?: string;
  /** Why it is not known whether the limit holds. */
  readonly unknown?: string;
}
