import { SKEW_WARN_SECONDS, skewText } from "../domain/aws/recorded-request.ts";
import { warn } from "../domain/finding.ts";
import type { Finding } from "../domain/operation.ts";
import type { ActionServices } from "../domain/services.ts";

/** A clock that is off. `effect`: what that changes here, if it is so many seconds ahead. */
export function clockFindings(
  { clockSkew }: Pick<ActionServices, "clockSkew">,
  effect: (seconds: number) => string,
): Finding[] {
  const seconds = clockSkew?.();
  if (seconds === undefined || Math.abs(seconds) < SKEW_WARN_SECONDS) return [];
  return [warn("clock-off", `${skewText(seconds)}: ${effect(seconds)}`, ["vulcan-ops doctor"])];
}
