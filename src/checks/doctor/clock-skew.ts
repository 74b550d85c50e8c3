import type { RecordedRequest } from "../../domain/aws/recorded-request.ts";
import { type CheckFinding, fail, notTried, ok, warn } from "../../domain/diagnosis.ts";
import { formatDuration } from "../../domain/time.ts";
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

const WARN_SECONDS = 60;
/** AWS refuses signatures that are older than this. */
const FAIL_SECONDS = 300;
const FIX = "sudo timedatectl set-ntp true";

/** The fastest answer is the most exact one. The header has whole seconds. */
export function judgeSkew(requests: readonly RecordedRequest[]): CheckFinding {
  const dated = requests.filter((request) => request.serverTime !== undefined);
  const [best] = dated.sort((a, b) => a.answeredAt - a.sentAt - (b.answeredAt - b.sentAt));
  if (best?.serverTime === undefined) return notTried("no answer of AWS said what time it is there");
  const seconds = ((best.sentAt + best.answeredAt) / 2 - best.serverTime - 500) / 1000;
  const off = Math.abs(seconds);
  if (off <= 2) return ok("this machine's clock and AWS's agree to within 2 s");
  const evidence = `this machine's clock is ${formatDuration(off)} ${seconds > 0 ? "ahead of" : "behind"} AWS's`;
  if (off > FAIL_SECONDS) return fail(`${evidence}: beyond 5 min AWS refuses signatures, and times are wrong`, FIX);
  return off > WARN_SECONDS
    ? warn(`${evidence}: ages and times on these screens are off by as much`, FIX)
    : ok(evidence);
}
