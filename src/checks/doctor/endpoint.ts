import type { Endpoints } from "../../domain/aws/endpoints.ts";
import { ok, warn } from "../../domain/finding.ts";
import type { Finding } from "../../domain/operation.ts";
import type { DoctorCheck } from "../doctor-subject.ts";

/** Whether requests go to AWS itself, at the real time. A production target refuses anything else by itself. */
export const endpoint: DoctorCheck = {
  id: "endpoint",
  question: "Endpoint",
  run: async ({ endpoints, env }) => judgeEndpoint(endpoints, env),
};

export function judgeEndpoint({ configured }: Endpoints, env: NodeJS.ProcessEnv): readonly Finding[] {
  const bySource = [...new Map(configured.map((one) => [`${one.source} ${one.url}`, one])).values()];
  const redirected = bySource
    .filter(({ isAws }) => !isAws)
    .map(({ url, remedy }) => warn("endpoint-elsewhere", `requests go to ${url}, not to AWS`, [remedy]));
  const ownEndpoints = bySource
    .filter(({ isAws }) => isAws)
    .map(({ url }) => ok("endpoint-aws", `requests go to AWS by way of ${url}`));
  const isClockSet = (env.VULCAN_OPS_CLOCK ?? "") !== "";
  const clock = isClockSet
    ? [warn("clock-set", "times come from VULCAN_OPS_CLOCK, a sandbox's clock", ["unset VULCAN_OPS_CLOCK"])]
    : [];
  const all = [...redirected, ...ownEndpoints, ...clock];
  return all.length === 0 ? [ok("endpoint-aws", "requests go to AWS itself")] : all;
}
