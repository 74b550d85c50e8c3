import { badButHealthy } from "./bad-but-healthy.ts";
import type { Scenario } from "./scenario.ts";

export const frontProxy: Scenario = {
  ...badButHealthy,
  name: "front-proxy",
  summary: "as bad-but-healthy, behind a proxy: the load balancer's container is envoy, which forwards to vulcan",
  company: "front-proxy",
};

export const logRouter: Scenario = {
  ...badButHealthy,
  name: "log-router",
  summary: "as bad-but-healthy, a worker without a load balancer: a router of logs is the first of two containers",
  company: "log-router",
};
