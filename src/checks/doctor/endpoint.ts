import type { Endpoints } from "../../domain/aws/endpoints.ts";
import { type CheckFinding, ok, warn } from "../../domain/diagnosis.ts";
import type { DoctorCheck } from "../doctor-check.ts";

/** Whether requests go to AWS itself, at the real time. A production target refuses anything else by itself. */
export const endpoint: DoctorCheck = {
  id: "endpoint",
  title: "Endpoint",
  run: async ({ endpoints, env }) => judgeEndpoint(endpoints, env),
};

export function judgeEndpoint({ configured }: Endpoints, env: NodeJS.ProcessEnv): readonly CheckFinding[] {
  const bySource = [...new Map(configured.map((one) => [`${one.source} ${one.url}`, one])).values()];
  const redirected = bySource
    .filter(({ isAws }) => !isAws)
    .map(({ url, remedy }) => warn(`requests go to ${url}, not to AWS`, remedy));
  const ownEndpoints = bySource
    .filter(({ isAws }) => isAws)
    .map(({ url }) => ok(`requests go to AWS by way of ${url}`));
  const isClockSet = (env.VULCAN_OPS_CLOCK ?? "") !== "";
  const clock = isClockSet
    ? [warn("times come from VULCAN_OPS_CLOCK, a sandbox's clock", "unset VULCAN_OPS_CLOCK")]
    : [];
  const all = [...redirected, ...ownEndpoints, ...clock];
  return all.length === 0 ? [ok("requests go to AWS itself")] : all;
}
