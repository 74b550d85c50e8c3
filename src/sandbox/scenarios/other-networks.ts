import { badButHealthy } from "./bad-but-healthy.ts";
import type { Scenario } from "./scenario.ts";

export const ipv6Only: Scenario = {
  ...badButHealthy,
  name: "ipv6-only",
  summary: "as bad-but-healthy, in IPv6-only subnets: tasks and targets have IPv6 addresses alone",
  network: { ipv6: true },
};

export const twoTargetGroups: Scenario = {
  ...badButHealthy,
  name: "two-target-groups",
  summary: "as bad-but-healthy, behind two load balancers: each task is a target in two groups",
  network: { secondGroup: true },
};
