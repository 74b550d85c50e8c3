import type { Instant } from "../model.ts";

/** An instant as the wire layer writes it in each protocol; absent stays absent. */
export const date = (at: Instant | undefined): Date | undefined => (at === undefined ? undefined : new Date(at));
