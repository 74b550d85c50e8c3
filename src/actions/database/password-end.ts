import { ok, warn } from "../../domain/finding.ts";
import type { Finding } from "../../domain/operation.ts";
import type { ActionServices } from "../../domain/services.ts";
import { formatDuration, utcTime } from "../../domain/time.ts";

/** A read by SQL that comes at least so many seconds after the plan. */
export interface LaterRead {
  readonly what: string;
  readonly seconds: number;
}

/** If the password for VULCAN_DATABASE_URL is an IAM token: compares its expiry with the time of its last use. */
export function passwordFindings({ data }: ActionServices, { what, seconds }: LaterRead, now: number): Finding[] {
  const until = data?.passwordUntil;
  if (until === undefined) return [];
  const token = `the password for VULCAN_DATABASE_URL is an IAM token, valid until ${utcTime(until)}`;
  const left = (Date.parse(until) - now) / 1000;
  if (left <= 0) return [warn("password-ended", `${token}: it has expired, and the database refuses it`, NEXT)];
  const comes = `${what} comes in ${formatDuration(seconds)} or later, at ${utcTime(new Date(now + seconds * 1000).toISOString())}`;
  if (left > seconds) return [ok("password-valid", `${token}; ${comes}`)];
  return [warn("password-ends", `${token}; ${comes}, and is refused then`, NEXT)];
}

const NEXT = ["put a user with a password into VULCAN_DATABASE_URL; or a fresh token, then vulcan-ops resume"];
