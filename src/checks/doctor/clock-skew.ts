import {
  clockSkew as measureSkew,
  type RecordedRequest,
  SKEW_WARN_SECONDS,
  skewText,
} from "../../domain/aws/recorded-request.ts";
import { block, notTried, ok, warn } from "../../domain/finding.ts";
import type { Finding } from "../../domain/operation.ts";
import type { DoctorCheck } from "../doctor-subject.ts";

/** How far this machine's clock is from AWS's, by the Date header of its answers. */
export const clockSkew: DoctorCheck = {
  id: "clock",
  question: "Clock",
  async run({ reads, requests }) {
    await reads.caller().catch(() => undefined);
    return [judgeSkew(requests)];
  },
};

/** AWS refuses signatures that are older than this. */
const FAIL_SECONDS = 300;
const FIX = ["sudo timedatectl set-ntp true"];

export function judgeSkew(requests: readonly RecordedRequest[]): Finding {
  const seconds = measureSkew(requests);
  if (seconds === undefined) return notTried("no answer of AWS said what time it is there");
  const off = Math.abs(seconds);
  if (off <= 2) return ok("clock-right", "this machine's clock and AWS's agree to within 2 s");
  const evidence = skewText(seconds);
  if (off > FAIL_SECONDS)
    return block("clock-off", `${evidence}: beyond 5 min AWS refuses signatures, and times are wrong`, FIX);
  return off > SKEW_WARN_SECONDS
    ? warn("clock-off", `${evidence}: ages and times on these screens are off by as much`, FIX)
    : ok("clock-right", evidence);
}
