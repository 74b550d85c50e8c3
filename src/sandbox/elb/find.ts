import type { TargetGroup } from "../alb/target-group.ts";
import { AwsError } from "../http/aws-error.ts";
import type { Input } from "../http/input.ts";
import { required } from "../http/input.ts";
import type { World } from "../world.ts";
import type { Listener, LoadBalancer } from "./model.ts";

export const invalid = (message: string): AwsError => new AwsError("ValidationError", message);

export const unsimulated = (what: string): AwsError =>
  new AwsError("NotImplemented", `The sandbox does not simulate ${what}.`, 501);

export function findGroup(world: World, arn: string): TargetGroup {
  const group = world.targetGroups.get(arn);
  if (group === undefined) throw new AwsError("TargetGroupNotFound", "One or more target groups not found");
  return group;
}

export function findBalancer(world: World, arn: string): LoadBalancer {
  const balancer = world.loadBalancers.find((one) => one.arn === arn);
  if (balancer === undefined) throw new AwsError("LoadBalancerNotFound", `Load balancer '${arn}' not found`);
  return balancer;
}

/** The listener of that ARN, and the balancer that it belongs to. */
export function findListener(world: World, arn: string): { balancer: LoadBalancer; listener: Listener } {
  for (const balancer of world.loadBalancers) {
    const listener = balancer.listeners.find((one) => one.arn === arn);
    if (listener !== undefined) return { balancer, listener };
  }
  throw new AwsError("ListenerNotFound", "One or more listeners not found");
}

/** Up to 32 letters, digits and hyphens, with no hyphen at an end. [D; text O] */
export function newName(input: Input, kind: string): string {
  const name = required(input, "Name");
  if (/^(?!-)[a-zA-Z0-9-]{1,32}(?<!-)$/.test(name)) return name;
  throw invalid(
    `The ${kind} name '${name}' must be 1 to 32 letters, digits and hyphens, and not begin or end with one`,
  );
}
