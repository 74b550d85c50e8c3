import type { Service, TaskDefinition } from "../../domain/aws/ecs.ts";
import { block, ok } from "../../domain/finding.ts";
import type { Finding } from "../../domain/operation.ts";
import type { RollbackCheck } from "../check.ts";

export const ports: RollbackCheck = {
  question: "whether its ports match the load balancer",
  run: async ({ service, wanted }) => judgePorts(service, wanted),
};

/** ECS refuses a task definition without the container and port that the service's load balancer uses. */
export function judgePorts({ name, balancers }: Service, wanted: TaskDefinition): Finding[] {
  if (balancers.length === 0) return [ok("ports-match", `${name} is behind no load balancer`)];
  const missing = balancers.filter((balancer) => !offers(wanted, balancer));
  const text = (balancer: Service["balancers"][number]) => `port ${balancer.port} of container ${balancer.container}`;
  if (missing.length === 0) return [ok("ports-match", `${balancers.map(text).join(", ")} matches the target group`)];
  return missing.map((balancer) =>
    block("port-missing", `${wanted.name} lacks ${text(balancer)}, which the target group of ${name} uses`),
  );
}

function offers({ containers }: TaskDefinition, { container, port }: Service["balancers"][number]): boolean {
  return containers.some(({ name, ports }) => name === container && ports.some(({ number }) => number === port));
}
