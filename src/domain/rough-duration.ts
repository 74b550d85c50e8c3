import { counted } from "./finding.ts";
import { formatDuration } from "./time.ts";

/** Seconds → `17 min`, `6 days`: rounded to one unit, which is enough to decide by; seconds only under 2 min. */
export function roughDuration(seconds: number): string {
  if (seconds < 120) return formatDuration(seconds);
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.round(seconds / 3600);
  return hours < 24 ? `${hours} h` : counted(Math.round(seconds / 86_400), "day");
}

/** `51 min ago`; `then` in any form that Date reads. */
export const roughlyAgo = (then: string, now: number): string =>
  `${roughDuration((now - Date.parse(then)) / 1000)} ago`;
