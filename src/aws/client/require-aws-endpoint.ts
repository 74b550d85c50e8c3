import { guardError } from "../../domain/error.ts";
import { sanitise } from "../../domain/sanitise.ts";
import type { Watchable } from "./request-recorder.ts";

/** AWS's DNS suffixes in all its partitions (`dnsSuffix` and `dualStackDnsSuffix` of the SDK's partitions.json). */
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

/**
 * What stands before the suffix of an API endpoint: the service, with `-fips` where that is wanted, and its region (for IAM
 * a whole partition); before them the id of a VPC endpoint. Other hosts below the same suffixes are customers' own:
 * instances, load balancers, buckets, REST APIs, databases (docs.aws.amazon.com/general/latest/gr/rande.html,
 * docs.aws.amazon.com/vpc/latest/privatelink/privatelink-access-aws-services.html).
 */
const API_HOST =
  /^(?:vpce-[\w-]+\.)?(?:api\.)?(?:iam\.us-gov|(?:ec2|[a-z]+)(?:-[a-z]+)*(?:\.(?:global|[a-z]{2,}(?:-[a-z]+)+-\d+))?)(?:\.vpce)?$/;

type Next = (args: unknown) => Promise<unknown>;

interface Destination {
  readonly protocol?: string;
  readonly hostname?: string;
}

/** An API of AWS's own, over an encrypted connection. */
export function isAwsApi({ protocol, hostname = "" }: Destination): boolean {
  const name = hostname.toLowerCase();
  const suffix = SUFFIXES.find((one) => name.endsWith(`.${one}`));
  return protocol === "https:" && suffix !== undefined && API_HOST.test(name.slice(0, -suffix.length - 1));
}

/**
 * Makes the client refuse, before it sends anything, every request that would not go to an API of AWS's own. The target's
 * endpoints were checked before; this holds whatever the SDK makes of them.
 */
export function requireAwsEndpoint(client: Watchable): void {
  const middleware = (next: Next) => async (args: unknown) => {
    const { request = {} } = args as { readonly request?: Destination };
    if (!isAwsApi(request)) throw redirectedError(request);
    return next(args);
  };
  client.middlewareStack.add(middleware, { name: "requireAwsEndpoint", step: "build", priority: "low" });
}

function redirectedError({ protocol = "", hostname = "" }: Destination): Error {
  const where = sanitise(`${protocol}//${hostname}`);
  return guardError(
    "production-redirected",
    `the target is production, and a request would go to ${where}, which is no encrypted API of AWS`,
    ["look for endpoint_url in ~/.aws/config, or in the file that AWS_CONFIG_FILE names"],
  );
}
