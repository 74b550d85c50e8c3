/** The services that the program asks, by AWS's service id, from which every SDK derives the names of its settings. */
export const SERVICE_IDS = {
  ecs: "ECS",
  elb: "Elastic Load Balancing v2",
  sts: "STS",
  cloudwatch: "CloudWatch",
  rds: "RDS",
  registry: "ECR",
  scaling: "Application Auto Scaling",
  logs: "CloudWatch Logs",
  secrets: "Secrets Manager",
  sns: "SNS",
  ssm: "SSM",
  events: "EventBridge",
  scheduler: "Scheduler",
  iam: "IAM",
  ec2: "EC2",
  dynamodb: "DynamoDB",
  machines: "SFN",
} as const;

export type AwsService = keyof typeof SERVICE_IDS;

export const AWS_SERVICES = Object.keys(SERVICE_IDS) as readonly AwsService[];

/** Asked where a shared journal is set up, and nowhere else. */
export const JOURNAL_SERVICES: ReadonlySet<AwsService> = new Set(["dynamodb", "machines"]);

/** The variable that sets one service's endpoint: `AWS_ENDPOINT_URL_CLOUDWATCH_LOGS`. */
export const endpointVariable = (service: AwsService): string =>
  `AWS_ENDPOINT_URL_${SERVICE_IDS[service].replaceAll(" ", "_").toUpperCase()}`;

/** A setting that sends the requests of one service somewhere. */
export interface ConfiguredEndpoint {
  readonly service: AwsService;
  readonly url: string;
  /** The environment variable, or the line of the AWS configuration, that says so. */
  readonly source: string;
  /** What to type, or to edit, so that it says so no more. */
  readonly remedy: string;
  /** An API of AWS's own, such as a VPC endpoint. */
  readonly isAws: boolean;
}

/** Where the requests of a command go, resolved once. Services without a configured endpoint are asked at AWS itself. */
export interface Endpoints {
  readonly configured: readonly ConfiguredEndpoint[];
  /**
   * Where requests go that do not go to AWS; absent if all do. It names the world that a journal, a saved plan and a lock
   * belong to: ECS's address, or the first other one.
   */
  readonly elsewhere?: string;
}

export const endpointsOf = (configured: readonly ConfiguredEndpoint[]): Endpoints => {
  const foreign = configured.filter(({ isAws }) => !isAws);
  const main = foreign.find(({ service }) => service === "ecs") ?? foreign[0];
  return { configured, ...(main && { elsewhere: main.url }) };
};

/**
 * Where requests go that do not go to AWS, for people: each address, with its services. The main one stands alone where
 * no service is asked at AWS.
 */
export function describeElsewhere({ configured, elsewhere }: Endpoints): string | undefined {
  if (elsewhere === undefined) return undefined;
  const foreign = configured.filter(({ isAws }) => !isAws);
  const isWhole = foreign.length === AWS_SERVICES.length;
  const at = (url: string): string => {
    const services = foreign.filter((one) => one.url === url).map(({ service }) => SERVICE_IDS[service]);
    return isWhole && url === elsewhere ? url : `${url} (${services.join(", ")})`;
  };
  return [...new Set([elsewhere, ...foreign.map(({ url }) => url)])].map(at).join(" and ");
}

/** Whether an address is this machine's own. */
export function isLoopback(url: string): boolean {
  const host = URL.canParse(url) ? new URL(url).hostname : "";
  return host === "localhost" || host === "[::1]" || /^127\./.test(host);
}
