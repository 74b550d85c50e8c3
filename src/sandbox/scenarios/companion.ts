import type { Input } from "../http/input.ts";

/** What runs beside Vulcan: a proxy that gets the balancer's requests, or a router of logs in a service without a balancer. */
export type Company = "front-proxy" | "log-router";

/** Where the containers log. */
export const LOG_GROUP = "/ecs/vulcan-prod";

/** The port on which the proxy takes requests for Vulcan's own. */
export const PROXY_PORT = 10000;

export const logsOf = (region: string, prefix: string): Input => ({
  logDriver: "awslogs",
  options: { "awslogs-group": LOG_GROUP, "awslogs-region": region, "awslogs-stream-prefix": prefix },
});

/** The container that stands first in each revision. */
export const companionOf = (company: Company, region: string): Input =>
  company === "front-proxy" ? frontProxy(region) : logRouter(region);

/** It starts when Vulcan is healthy, and so leaves before Vulcan. */
const frontProxy = (region: string): Input => ({
  name: "envoy",
  image: "envoyproxy/envoy:v1.31.2",
  cpu: 0,
  essential: true,
  command: ["envoy", "-c", "/etc/envoy/envoy.yaml"],
  portMappings: [{ containerPort: PROXY_PORT, hostPort: PROXY_PORT, protocol: "tcp" }],
  dependsOn: [{ containerName: "vulcan", condition: "HEALTHY" }],
  logConfiguration: logsOf(region, "envoy"),
});

const logRouter = (region: string): Input => ({
  name: "log_router",
  image: "public.ecr.aws/aws-observability/aws-for-fluent-bit:stable",
  cpu: 0,
  essential: true,
  firelensConfiguration: { type: "fluentbit" },
  logConfiguration: logsOf(region, "log_router"),
});
