import { guardError } from "../../domain/error.ts";
import type { Watchable } from "./request-recorder.ts";

/** Where AWS answers, in all its partitions (`dnsSuffix` and `dualStackDnsSuffix` of the SDK's partitions.json). */
const SUFFIXES: readonly string[] = [
  "amazonaws.com",
  "amazonaws.com.cn",
  "amazonaws.eu",
  "api.aws",
  "api.amazonwebservices.com.cn",
  "api.amazonwebservices.eu",
  "c2s.ic.gov",
  "api.aws.ic.gov",
  "sc2s.sgov.gov",
  "api.aws.scloud",
  "cloud.adc-e.uk",
  "api.cloud-aws.adc-e.uk",
  "csp.hci.ic.gov",
  "api.aws.hci.ic.gov",
];

type Next = (args: unknown) => Promise<unknown>;

/**
 * From now on the client refuses, before anything leaves, to ask anybody but AWS. The environment is not the only place
 * that can lead it elsewhere: `endpoint_url` of a profile or a service does, and the SDK alone reads that.
 */
export function onlyAws(client: Watchable): void {
  const middleware = (next: Next) => async (args: unknown) => {
    const { hostname = "" } = (args as { readonly request?: { readonly hostname?: string } }).request ?? {};
    if (!isAws(hostname)) throw elsewhere(hostname);
    return next(args);
  };
  client.middlewareStack.add(middleware, { name: "onlyAws", step: "build", priority: "low" });
}

export const isAws = (host: string): boolean => SUFFIXES.some((suffix) => host.toLowerCase().endsWith(`.${suffix}`));

function elsewhere(host: string): Error {
  return guardError(
    "production-redirected",
    `the target is production, and a request would go to ${host}, which is not AWS: an endpoint_url of the AWS configuration leads there`,
    ["look for endpoint_url in ~/.aws/config, or in the file that AWS_CONFIG_FILE names"],
  );
}
