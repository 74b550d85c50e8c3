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
import type { RequestRecorder } from "../../domain/aws/recorded-request.ts";
import { notCounted } from "../../domain/time-limit.ts";
import { onlyReads } from "./block-writes.ts";
import type { Credentials } from "./credentials.ts";
import { type Watchable, watch } from "./request-recorder.ts";
import { onlyAws } from "./require-aws-endpoint.ts";

export interface ClientSettings {
  readonly region?: string;
  readonly profile?: string;
  /** Shared by all clients of a process; left out, each client looks for its own. */
  readonly credentials?: Credentials;
  /** How long one request may take, in ms. */
  readonly patience?: number;
  readonly witness?: RequestRecorder;
  /** Refuses every request that is not on the list of reads. */
  readonly onlyReads?: boolean;
  /** Refuses every request to anybody but AWS. */
  readonly onlyAws?: boolean;
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
  /** The same clients for another region: what lies there can be asked about nowhere else. */
  in(region: string): Clients;
}

/** Reads may be asked again; a write is sent once, because the SDK repeats unsafe calls silently. */
export const READ_ATTEMPTS = 3;
export const WRITE_ATTEMPTS = 1;

const TIMEOUTS = { connectionTimeout: 3000, requestTimeout: 10_000, throwOnRequestTimeout: true } as const;

/** Clients that load their part of the SDK when first asked for; one per service and number of attempts. */
export function createClients(settings: ClientSettings, maxAttempts: number): Clients {
  const config = {
    maxAttempts,
    requestHandler: settings.patience === undefined ? TIMEOUTS : { ...TIMEOUTS, requestTimeout: settings.patience },
    ...(settings.region === undefined ? {} : { region: settings.region }),
    ...(settings.profile === undefined ? {} : { profile: settings.profile }),
    ...(settings.credentials === undefined ? {} : { credentials: settings.credentials }),
  };
  const makers = prepared(settings, {
    ecs: once(async () => new (await import("../sdk/ecs.ts")).ECSClient(config)),
    elb: once(async () => {
      const sdk = await import("../sdk/elb.ts");
      return new sdk.ElasticLoadBalancingV2Client(config);
    }),
    sts: once(async () => new (await import("../sdk/sts.ts")).STSClient(config)),
    cloudwatch: once(async () => new (await import("../sdk/cloudwatch.ts")).CloudWatchClient(config)),
    rds: once(async () => new (await import("../sdk/rds.ts")).RDSClient(config)),
    registry: once(async () => new (await import("../sdk/ecr.ts")).ECRClient(config)),
    scaling: once(async () => {
      const sdk = await import("../sdk/application-autoscaling.ts");
      return new sdk.ApplicationAutoScalingClient(config);
    }),
    logs: once(async () => new (await import("../sdk/logs.ts")).CloudWatchLogsClient(config)),
    secrets: once(async () => new (await import("../sdk/secrets.ts")).SecretsManagerClient(config)),
    sns: once(async () => new (await import("../sdk/sns.ts")).SNSClient(config)),
    ssm: once(async () => new (await import("../sdk/ssm.ts")).SSMClient(config)),
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

function prepared(settings: ClientSettings, clients: Makers): Makers {
  const { witness, onlyReads: isReading, onlyAws: isReal } = settings;
  if (witness === undefined && isReading !== true && isReal !== true) return clients;
  const seen = Object.entries(clients).map(([name, make]) => {
    const client = once(async () => {
      const made = await make();
      if (witness !== undefined) watch(made as Watchable, witness);
      if (isReading === true) onlyReads(made as Watchable);
      if (isReal === true) onlyAws(made as Watchable);
      return made;
    });
    return [name, client];
  });
  return Object.fromEntries(seen) as unknown as Makers;
}

/** To load a part of the SDK is this machine's own work: no limit for AWS's answers counts it. */
function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= notCounted(make());
    return made;
  };
}
