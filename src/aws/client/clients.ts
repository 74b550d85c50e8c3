import type { ApplicationAutoScalingClient } from "@aws-sdk/client-application-auto-scaling";
import type { CloudWatchClient } from "@aws-sdk/client-cloudwatch";
import type { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { EC2Client } from "@aws-sdk/client-ec2";
import type { ECRClient } from "@aws-sdk/client-ecr";
import type { ECSClient } from "@aws-sdk/client-ecs";
import type { ElasticLoadBalancingV2Client } from "@aws-sdk/client-elastic-load-balancing-v2";
import type { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import type { IAMClient } from "@aws-sdk/client-iam";
import type { RDSClient } from "@aws-sdk/client-rds";
import type { SchedulerClient } from "@aws-sdk/client-scheduler";
import type { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import type { SFNClient } from "@aws-sdk/client-sfn";
import type { SNSClient } from "@aws-sdk/client-sns";
import type { SSMClient } from "@aws-sdk/client-ssm";
import type { STSClient } from "@aws-sdk/client-sts";
import type { AwsService, Endpoints } from "../../domain/aws/endpoints.ts";
import type { RequestRecorder } from "../../domain/aws/recorded-request.ts";
import { isPlain, type Network } from "../../domain/network.ts";
import { limitOf, outsideTimeLimit } from "../../domain/time-limit.ts";
import { blockWrites } from "./block-writes.ts";
import type { SharedCredentials } from "./credentials.ts";
import { nameSource } from "./name-source.ts";
import type { Agents } from "./proxy-agent.ts";
import { recordRequests, type Watchable } from "./request-recorder.ts";
import { requireAwsEndpoint } from "./require-aws-endpoint.ts";
import type { Answering } from "./typed-answers.ts";
import { sendUserAgent, type UserAgent } from "./user-agent.ts";

export interface ClientSettings {
  readonly region?: string;
  /** Whose settings the SDK reads, such as its region. The credentials need not be the profile's. */
  readonly profile?: string;
  /** Shared by all clients of a process. If absent, each client resolves its own credentials. */
  readonly credentials?: Omit<SharedCredentials, "refresh">;
  /** The way out. If absent, directly. */
  readonly network?: Network;
  /** Where each service is asked. If absent, each client resolves that by itself, from the environment. */
  readonly endpoints?: Endpoints;
  /** How long one request may take, in ms. */
  readonly patience?: number;
  readonly recorder?: RequestRecorder;
  /** Named in the user agent of each request. */
  readonly userAgent?: UserAgent;
  /** Refuses every request that is not on the list of reads. */
  readonly blocksWrites?: boolean;
  /** Refuses every request to a host that is not AWS's. */
  readonly requiresAwsEndpoint?: boolean;
}

interface Shapes {
  readonly ecs: ECSClient;
  readonly elb: ElasticLoadBalancingV2Client;
  readonly sts: STSClient;
  readonly cloudwatch: CloudWatchClient;
  readonly rds: RDSClient;
  readonly registry: ECRClient;
  readonly scaling: ApplicationAutoScalingClient;
  readonly logs: CloudWatchLogsClient;
  readonly secrets: SecretsManagerClient;
  readonly sns: SNSClient;
  readonly ssm: SSMClient;
  readonly events: EventBridgeClient;
  readonly scheduler: SchedulerClient;
  readonly iam: IAMClient;
  readonly ec2: EC2Client;
  readonly dynamodb: DynamoDBClient;
  readonly machines: SFNClient;
}

type Makers = { readonly [K in keyof Shapes]: () => Promise<Shapes[K]> };

export interface Clients extends Makers {
  /** The same clients for another region. A resource can only be read in its own region. */
  in(region: string): Clients;
  /** The way out that these clients take; undefined: Node's own. */
  agents(): Promise<Agents | undefined>;
}

/** The SDK may repeat a read. A write is sent once, because the SDK silently repeats unsafe calls too. */
export const READ_ATTEMPTS = 3;
export const WRITE_ATTEMPTS = 1;

/** To one host, as the SDK has it. */
const MOST_SOCKETS = 50;

const TIMEOUTS = { connectionTimeout: 3000, requestTimeout: 10_000, throwOnRequestTimeout: true } as const;

/** Each client loads its part of the SDK on first use. There is one per service and number of attempts. */
export function createClients(settings: ClientSettings, maxAttempts: number): Clients {
  const shared = {
    maxAttempts,
    // The SDK would put its forty layers together again for every request, a tenth of what a request takes.
    cacheMiddleware: true,
    ...(settings.region === undefined ? {} : { region: settings.region }),
    ...(settings.profile === undefined ? {} : { profile: settings.profile }),
    ...(settings.credentials === undefined ? {} : { credentials: settings.credentials.sign }),
  };
  const config = async (service: AwsService) => ({
    ...shared,
    requestHandler: await requestHandler(settings),
    ...endpointFor(service, settings.endpoints),
  });
  const makers = prepared(settings, {
    ecs: once(async () => new (await import("../sdk/ecs.ts")).ECSClient(await config("ecs"))),
    elb: once(async () => {
      const sdk = await import("../sdk/elb.ts");
      return new sdk.ElasticLoadBalancingV2Client(await config("elb"));
    }),
    sts: once(async () => new (await import("../sdk/sts.ts")).STSClient(await config("sts"))),
    cloudwatch: once(
      async () => new (await import("../sdk/cloudwatch.ts")).CloudWatchClient(await config("cloudwatch")),
    ),
    rds: once(async () => new (await import("../sdk/rds.ts")).RDSClient(await config("rds"))),
    registry: once(async () => new (await import("../sdk/ecr.ts")).ECRClient(await config("registry"))),
    scaling: once(async () => {
      const sdk = await import("../sdk/application-autoscaling.ts");
      return new sdk.ApplicationAutoScalingClient(await config("scaling"));
    }),
    logs: once(async () => new (await import("../sdk/logs.ts")).CloudWatchLogsClient(await config("logs"))),
    secrets: once(async () => new (await import("../sdk/secrets.ts")).SecretsManagerClient(await config("secrets"))),
    sns: once(async () => new (await import("../sdk/sns.ts")).SNSClient(await config("sns"))),
    events: once(async () => new (await import("../sdk/events.ts")).EventBridgeClient(await config("events"))),
    scheduler: once(async () => new (await import("../sdk/scheduler.ts")).SchedulerClient(await config("scheduler"))),
    iam: once(async () => new (await import("../sdk/iam.ts")).IAMClient(await config("iam"))),
    ec2: once(async () => new (await import("../sdk/ec2.ts")).EC2Client(await config("ec2"))),
    dynamodb: once(async () => new (await import("../sdk/dynamodb.ts")).DynamoDBClient(await config("dynamodb"))),
    machines: once(async () => new (await import("../sdk/sfn.ts")).SFNClient(await config("machines"))),
    ssm: once(async () => new (await import("../sdk/ssm.ts")).SSMClient(await config("ssm"))),
  });
  const regions = new Map<string | undefined, Clients>();
  const clients: Clients = {
    ...makers,
    agents: () => agentsOf(settings.network),
    in(region) {
      const known = regions.get(region) ?? createClients({ ...settings, region }, maxAttempts);
      regions.set(region, known);
      return known;
    },
  };
  regions.set(settings.region, clients);
  return clients;
}

/** Settings of Node's client for one client of the SDK. */
export async function requestHandler({ network, patience }: Pick<ClientSettings, "network" | "patience">) {
  const limits = {
    ...TIMEOUTS,
    connectionTimeout: limitOf(TIMEOUTS.connectionTimeout),
    requestTimeout: limitOf(patience ?? TIMEOUTS.requestTimeout),
  };
  return { ...limits, ...((await agentsOf(network)) ?? (network && (await plainAgents(network)))) };
}

const plain = new WeakMap<Network, Promise<Agents>>();

/** The SDK would make agents for each client: none would find a connection of another one to the same host. */
function plainAgents(network: Network): Promise<Agents> {
  const known = plain.get(network) ?? newPlainAgents();
  plain.set(network, known);
  return known;
}

async function newPlainAgents(): Promise<Agents> {
  const [{ Agent: HttpAgent }, { Agent: HttpsAgent }] = await Promise.all([import("node:http"), import("node:https")]);
  const options = { keepAlive: true, maxSockets: MOST_SOCKETS };
  return { httpAgent: new HttpAgent(options), httpsAgent: new HttpsAgent(options) };
}

/** Loaded only where the shell names a proxy or a CA bundle. */
async function agentsOf(network: Network | undefined): Promise<Agents | undefined> {
  if (network === undefined || isPlain(network)) return undefined;
  const { agentsFor } = await import("./proxy-agent.ts");
  return agentsFor(network, "aws");
}

/** The SDK must not look for an endpoint itself: it would find the one of another profile. */
export function endpointFor(service: AwsService, endpoints: Endpoints | undefined) {
  if (endpoints === undefined) return {};
  const url = endpoints.configured.find((one) => one.service === service)?.url;
  return { ignoreConfiguredEndpointUrls: true, ...(url === undefined ? {} : { endpoint: url }) };
}

function prepared(settings: ClientSettings, clients: Makers): Makers {
  const { recorder, blocksWrites: isReading, requiresAwsEndpoint: isReal } = settings;
  const wrapped = Object.entries(clients).map(([name, make]) => {
    const client = once(async () => {
      const [made, { omitMistyped }] = await Promise.all([make(), import("./typed-answers.ts")]);
      omitMistyped(made as Answering);
      if (recorder !== undefined) recordRequests(made as Watchable, recorder);
      if (isReading === true) blockWrites(made as Watchable);
      if (isReal === true) requireAwsEndpoint(made as Watchable);
      if (settings.userAgent !== undefined) sendUserAgent(made as Watchable, settings.userAgent);
      if (settings.credentials !== undefined) nameSource(made as Watchable, settings.credentials.source);
      return made;
    });
    return [name, client];
  });
  return Object.fromEntries(wrapped) as unknown as Makers;
}

/** Loading the SDK is local work, so it does not count towards the time limit for AWS's answers. */
function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= outsideTimeLimit(make());
    return made;
  };
}
