import { MONTHS, wallTimeAt, zoneName } from "../../../domain/zoned-time.ts";

const two = (value: number): string => String(value).padStart(2, "0");

/** `10 Apr 05:41:07 CEST`: an RFC 3339 time in UTC on the clocks of the zone. */
export function localTime(at: string, zone: string): string {
  const instant = Date.parse(at);
  const { month, day, hour, minute } = wallTimeAt(instant, zone);
  return `${day} ${MONTHS[month - 1]} ${two(hour)}:${two(minute)}:${at.slice(17, 19)} ${zoneName(instant, zone)}`;
}
