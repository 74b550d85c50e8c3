import { type Diagnosis, ok, warn } from "../../domain/diagnosis.ts";
import type { Check } from "../doctor-check.ts";

/** Whether requests go to AWS itself, at the real time. A production target refuses anything else by itself. */
export const endpoint: Check = {
  id: "endpoint",
  title: "Endpoint",
  examine: async ({ env }) => judgeEndpoint(env),
};

export function judgeEndpoint(env: NodeJS.ProcessEnv): readonly Diagnosis[] {
  const names = Object.keys(env).filter((name) => /^AWS_ENDPOINT_URL/.test(name) && env[name] !== "");
  const redirected = names.sort().map((name) => warn(`requests go to ${env[name]}, not to AWS`, `unset ${name}`));
  const isClockSet = (env.VULCAN_OPS_CLOCK ?? "") !== "";
  const clock = isClockSet
    ? [warn("times come from VULCAN_OPS_CLOCK, a sandbox's clock", "unset VULCAN_OPS_CLOCK")]
    : [];
  const all = [...redirected, ...clock];
  return all.length === 0 ? [ok("requests go to AWS itself")] : all;
}
