import { setFlagsFromString } from "node:v8";

let isLimited = false;

/**
 * Call this when the wait begins: it stops V8 from growing the young generation. By default V8 grows it up to 48 MB,
 * for speed that a poll once a minute does not need.
 */
export function limitHeapGrowth(): void {
  if (isLimited) return;
  isLimited = true;
  setFlagsFromString("--semi-space-growth-factor=1");
  // First of what happens at the end: what is compiled is kept there, and V8 takes it only by the flags of the start.
  process.prependOnceListener("exit", () => setFlagsFromString("--semi-space-growth-factor=2"));
}
