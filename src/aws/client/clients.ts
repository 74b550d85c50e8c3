import type { ApplicationAutoScalingClient } from "@aws-sdk/client-application-auto-scaling";
import type { CloudWatchClient } from "@aws-sdk/client-cloudwatch";
import type { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import type { ECRClient } from "@aws-sdk/client-ecr";
import type { ECSClient } from "@aws-sdk/client-ecs";
import type { ElasticLoadBalancingV2Client } from "@aws-sdk/client-elastic-load-balancing-v2";
import type { RDSClient } from "@aws-sdk/client-rds";
import type { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import type { SNSClient } from "@aws-sdk/client-sns";
import type { SSMClient } from "@aws-sdk/client-ssm";
import type { STSClient } from "@aws-sdk/client-sts";
import type { AwsService, Endpoints } from "../../domain/aws/endpoints.ts";
import type { RequestRecorder } from "../../domain/aws/recorded-request.ts";
import { outsideTimeLimit } from "../../domain/time-limit.ts";
import { blockWrites } from "./block-writes.ts";
import type { Credentials } from "./credentials.ts";
import { nameProfile } from "./name-profile.ts";
import { recordRequests, type Watchable } from "./request-recorder.ts";
import { requireAwsEndpoint } from "./require-aws-endpoint.ts";
import type { Answering } from "./typed-answers.ts";

export interface ClientSettings {
  readonly region?: string;
  readonly profile?: string;
  /** Shared by all clients of a process. If absent, each client resolves its own credentials. */
  readonly credentials?: Credentials;
  /** Where each service is asked. If absent, each client resolves that by itself, from the environment. */
  readonly endpoints?: Endpoints;
  /** How long one request may take, in ms. */
  readonly patience?: number;
  readonly recorder?: RequestRecorder;
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
}

type Makers = { readonly [K in keyof Shapes]: () => Promise<Shapes[K]> };

export interface Clients extends Makers {
  /** The same clients for another region. A resource can only be read in its own region. */
  in(region: string): Clients;
}

/** The SDK may repeat a read. A write is sent once, because the SDK silently repeats unsafe calls too. */
export const READ_ATTEMPTS = 3;
export const WRITE_ATTEMPTS = 1;

const TIMEOUTS = { connectionTimeout: 3000, requestTimeout: 10_000, throwOnRequestTimeout: true } as const;

/** Each client loads its part of the SDK on first use. There is one per service and number of attempts. */
export function createClients(settings: ClientSettings, maxAttempts: number): Clients {
  const shared = {
    maxAttempts,
    requestHandler: settings.patience === undefined ? TIMEOUTS : { ...TIMEOUTS, requestTimeout: settings.patience },
    ...(settings.region === undefined ? {} : { region: settings.region }),
    ...(settings.profile === undefined ? {} : { profile: settings.profile }),
    ...(settings.credentials === undefined ? {} : { credentials: settings.credentials }),
  };
  const config = (service: AwsService) => ({ ...shared, ...endpointFor(service, settings.endpoints) });
  const makers = prepared(settings, {
    ecs: once(async () => new (await import("../sdk/ecs.ts")).ECSClient(config("ecs"))),
    elb: once(async () => {
      const sdk = await import("../sdk/elb.ts");
      return new sdk.ElasticLoadBalancingV2Client(config("elb"));
    }),
    sts: once(async () => new (await import("../sdk/sts.ts")).STSClient(config("sts"))),
    cloudwatch: once(async () => new (await import("../sdk/cloudwatch.ts")).CloudWatchClient(config("cloudwatch"))),
    rds: once(async () => new (await import("../sdk/rds.ts")).RDSClient(config("rds"))),
    registry: once(async () => new (await import("../sdk/ecr.ts")).ECRClient(config("registry"))),
    scaling: once(async () => {
      const sdk = await import("../sdk/application-autoscaling.ts");
      return new sdk.ApplicationAutoScalingClient(config("scaling"));
    }),
    logs: once(async () => new (await import("../sdk/logs.ts")).CloudWatchLogsClient(config("logs"))),
    secrets: once(async () => new (await import("../sdk/secrets.ts")).SecretsManagerClient(config("secrets"))),
    sns: once(async () => new (await import("../sdk/sns.ts")).SNSClient(config("sns"))),
    ssm: once(async () => new (await import("../sdk/ssm.ts")).SSMClient(config("ssm"))),
  });
  const regions = new Map<string | undefined, Clients>();
  const clients: Clients = {
    ...makers,
    in(region) {
      const known = regions.get(region) ?? createClients({ ...settings, region }, maxAttempts);
      regions.set(region, known);
      return known;
    },
  };
  regions.set(settings.region, clients);
  return clients;
}

/** The SDK must not look for an endpoint itself: it would find the one of another profile. */
function endpointFor(service: AwsService, endpoints: Endpoints | undefined) {
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
      if (settings.profile !== undefined) nameProfile(made as Watchable, settings.profile);
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
