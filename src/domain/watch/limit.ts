/** A limit that holds whatever was before: as the screen names it, and how it was broken. */
export interface Limit {
  readonly shown: string;
  readonly broken?: string;
  /** The newest minute, or all together, lies beyond it, and it is not broken yet: `ABOVE 0, newest min`. */
  readonly beyond?: string;
  /** Why it cannot be said whether it holds. */
  readonly unknown?: string;
}
