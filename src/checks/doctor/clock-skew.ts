import {
  clockSkew as measureSkew,
  type RecordedRequest,
  SKEW_WARN_SECONDS,
  skewText,
} from "../../domain/aws/recorded-request.ts";
import { type CheckFinding, fail, notTried, ok, warn } from "../../domain/diagnosis.ts";
import type { DoctorCheck } from "../doctor-check.ts";

/** How far this machine's clock is from AWS's, by the Date header of its answers. */
export const clockSkew: DoctorCheck = {
  id: "clock",
  title: "Clock",
  async run({ reads, requests }) {
    await reads.caller().catch(() => undefined);
    return [judgeSkew(requests)];
  },
};

/** AWS refuses signatures that are older than this. */
const FAIL_SECONDS = 300;
const FIX = "sudo timedatectl set-ntp true";

export function judgeSkew(requests: readonly RecordedRequest[]): CheckFinding {
  const seconds = measureSkew(requests);
  if (seconds === undefined) return notTried("no answer of AWS said what time it is there");
  const off = Math.abs(seconds);
  if (off <= 2) return ok("this machine's clock and AWS's agree to within 2 s");
  const evidence = skewText(seconds);
  if (off > FAIL_SECONDS) return fail(`${evidence}: beyond 5 min AWS refuses signatures, and times are wrong`, FIX);
  return off > SKEW_WARN_SECONDS
    ? warn(`${evidence}: ages and times on these screens are off by as much`, FIX)
    : ok(evidence);
}
