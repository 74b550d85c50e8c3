import { CloudWatchClient } from "@aws-sdk/client-cloudwatch";
import { DescribeServicesCommand, ECSClient, type Service, UpdateServiceCommand } from "@aws-sdk/client-ecs";
import { ElasticLoadBalancingV2Client } from "@aws-sdk/client-elastic-load-balancing-v2";
import { RDSClient } from "@aws-sdk/client-rds";
import { STSClient } from "@aws-sdk/client-sts";
import type { Sandbox, ServiceState } from "../../src/sandbox/index.ts";

process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = "true";

export const NAME = "vulcan-prod";
export const SERVICE = { cluster: NAME, service: NAME } as const;

/** Real clients, pointed at the sandbox as any client would be. */
export function clients({ env }: Pick<Sandbox, "env">, maxAttempts = 1) {
  const configuration = {
    endpoint: env.AWS_ENDPOINT_URL ?? "",
    region: "eu-west-1",
    credentials: { accessKeyId: env.AWS_ACCESS_KEY_ID ?? "", secretAccessKey: env.AWS_SECRET_ACCESS_KEY ?? "" },
    maxAttempts,
  };
  return {
    ecs: new ECSClient(configuration),
    elb: new ElasticLoadBalancingV2Client(configuration),
    sts: new STSClient(configuration),
    cloudwatch: new CloudWatchClient(configuration),
    rds: new RDSClient(configuration),
  };
}

/** What opens `/_sandbox/`. */
export const keyHeader = (env: Readonly<Record<string, string | undefined>>): Record<string, string> => ({
  "x-sandbox-key": env.AWS_ACCESS_KEY_ID ?? "",
});

/** What a hand-made call shows for a signature: the sandbox looks at the access key id alone. */
export const authorization = ({ env }: Pick<Sandbox, "env">, service = "ecs"): Record<string, string> => ({
  authorization: `AWS4-HMAC-SHA256 Credential=${env.AWS_ACCESS_KEY_ID}/20260101/eu-west-1/${service}/aws4_request, SignedHeaders=host, Signature=0`,
});

export type Clients = ReturnType<typeof clients>;

export async function describe(ecs: ECSClient): Promise<Service> {
  const { services } = await ecs.send(new DescribeServicesCommand({ cluster: NAME, services: [NAME] }));
  const service = services?.[0];
  if (service === undefined) throw new Error("no service");
  return service;
}

export const deploy = (ecs: ECSClient, revision: number) =>
  ecs.send(new UpdateServiceCommand({ ...SERVICE, taskDefinition: `${NAME}:${revision}`, forceNewDeployment: true }));

export function serviceState(sandbox: Sandbox): ServiceState {
  const service = sandbox.state().services[0];
  if (service === undefined) throw new Error("no service");
  return service;
}

/** Waits until the world has come to where `done` holds; the limit only turns a hang into a failure. */
export async function until(
  sandbox: Sandbox,
  done: (service: ServiceState) => boolean,
  limit = 30_000,
): Promise<ServiceState> {
  const end = Date.now() + limit;
  for (;;) {
    const service = serviceState(sandbox);
    if (done(service)) return service;
    if (Date.now() > end) throw new Error(`did not come about: ${JSON.stringify(service, null, 1).slice(0, 3000)}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

export const isCompleted = (service: ServiceState): boolean =>
  service.deployments.length === 1 && service.deployments[0]?.rolloutState === "COMPLETED";

/** No task is on its way anywhere. */
export const isQuiet = (service: ServiceState): boolean =>
  service.tasks.every(({ lastStatus }) => lastStatus === "RUNNING" || lastStatus === "STOPPED");

/** How a promise was refused. */
export async function refusal(promise: Promise<unknown>): Promise<{ name: string; message: string; status: number }> {
  try {
    await promise;
  } catch (error) {
    const { name, message, $metadata } = error as Error & { $metadata?: { httpStatusCode?: number } };
    return { name, message, status: $metadata?.httpStatusCode ?? 0 };
  }
  throw new Error("it was not refused");
}
