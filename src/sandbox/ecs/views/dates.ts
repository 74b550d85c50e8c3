import type { Instant } from "../model.ts";

/** An instant as a Date, which the wire layer writes in each protocol. Undefined stays undefined. */
export const date = (at: Instant | undefined): Date | undefined => (at === undefined ? undefined : new Date(at));
