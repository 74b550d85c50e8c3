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
export function clients(sandbox: Pick<Sandbox, "endpoint">, maxAttempts = 1) {
  const configuration = {
    endpoint: sandbox.endpoint,
    region: "eu-west-1",
    credentials: { accessKeyId: "AKIATEST", secretAccessKey: "test" },
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
