import type { Service } from "./ecs.ts";

/** Names of the containers that could be meant by "the one that serves": the load balancer's; without one, all. */
export function servingContainers(balancers: Service["balancers"], all: readonly string[]): readonly string[] {
  const balanced = balancers.map(({ container }) => container);
  return [...new Set(balanced.length > 0 ? balanced : all)];
}
