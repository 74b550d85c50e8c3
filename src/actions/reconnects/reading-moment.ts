/** When a probe is read. Epoch ms. */
export type ReadingMoment =
  /** Of the time before a change. */
  | { readonly kind: "before"; readonly at: number }
  /** Of the time since the last old task was gone. */
  | { readonly kind: "since"; readonly gone: number; readonly at: number };
