import {
  AWS_SERVICES,
  type AwsService,
  type ConfiguredEndpoint,
  type Endpoints,
  SERVICE_IDS,
} from "../../domain/aws/endpoints.ts";
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
    .map((one) =>
      warn("endpoint-elsewhere", `${requestsOf(one, configured)} go to ${one.url}, not to AWS`, [one.remedy]),
    );
  const ownEndpoints = bySource
    .filter(({ isAws }) => isAws)
    .map((one) => ok("endpoint-aws", `${requestsOf(one, configured)} go to AWS by way of ${one.url}`));
  const isClockSet = (env.VULCAN_OPS_CLOCK ?? "") !== "";
  const clock = isClockSet
    ? [warn("clock-set", "times come from VULCAN_OPS_CLOCK, a sandbox's clock", ["unset VULCAN_OPS_CLOCK"])]
    : [];
  const all = [...redirected, ...ownEndpoints, ...clock];
  return all.length === 0 ? [ok("endpoint-aws", "requests go to AWS itself")] : all;
}

/** Which requests one setting sends somewhere: those of every service, of all but a few, or of some. */
function requestsOf({ source, url }: ConfiguredEndpoint, configured: readonly ConfiguredEndpoint[]): string {
  const own = configured.filter((one) => one.source === source && one.url === url).map(({ service }) => service);
  const others = AWS_SERVICES.filter((service) => !own.includes(service));
  const named = (services: readonly AwsService[]) => services.map((service) => SERVICE_IDS[service]).join(", ");
  if (others.length === 0) return "requests";
  return others.length < own.length ? `requests, except those of ${named(others)},` : `requests of ${named(own)}`;
}
