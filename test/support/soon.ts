/**
 * Ms: far longer than any limit of ours takes on a busy machine, and far shorter than what hangs in a test. How soon
 * exactly is a figure, and those are in `npm run bench`.
 */
export const SOON_MS = 20_000;
/** For a test of the limits themselves: the reads have the time that they have for an operator. */
export const USUAL_LIMITS = { VULCAN_OPS_READ_TIMEOUT: "" };
/** Ms that something hangs: longer than the test would go on. */
export const HANGS_MS = 90_000;
