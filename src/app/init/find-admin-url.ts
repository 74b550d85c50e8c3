import type { DiscoveryReads, FoundBalancer, FoundListener } from "../../domain/aws/discovery.ts";
import type { Service } from "../../domain/aws/ecs.ts";
import { shortName } from "../../domain/aws/ecs.ts";
import type { AwsReads } from "../../domain/aws/reads.ts";
import type { FoundValue } from "../../domain/found-target.ts";

/**
 * Where Vulcan can be asked, by the service's target groups, their load balancers and the listeners that speak HTTPS: a
 * host of their rules, else the load balancer's own name, which its certificate may not have. The admin token goes there,
 * so nothing without TLS is offered. Never rejects.
 */
export async function findAdminUrl(
  { adminUrl }: { readonly adminUrl?: string | undefined },
  reads: Pick<AwsReads, "targetGroups">,
  lists: DiscoveryReads,
  { targetGroups }: Service,
): Promise<readonly FoundValue[]> {
  const groups: FoundValue = {
    name: "target group",
    ...(targetGroups.length > 0 && { value: targetGroups.map(groupName).join(", ") }),
    why: targetGroups.length === 0 ? "the service has no load balancer" : "of the service",
    isNoted: true,
  };
  if (adminUrl !== undefined) return [groups, { name: "adminUrl", value: adminUrl, why: "by --admin-url" }];
  if (targetGroups.length === 0) return [groups, { name: "adminUrl", why: "the service has no load balancer" }];
  try {
    const setups = await reads.targetGroups(targetGroups);
    const arns = [...new Set(setups.flatMap(({ balancers = [] }) => balancers))];
    const balancers = await lists.balancers(arns);
    const listeners = await Promise.all(balancers.map(async (one) => [one, await lists.listeners(one.arn)] as const));
    return [groups, adminUrlOf(listeners)];
  } catch (error) {
    return [groups, { name: "adminUrl", why: `not read: ${(error as Error).message}` }];
  }
}

/** `arn:…:targetgroup/vulcan-prod/0123` → `vulcan-prod` */
const groupName = (arn: string): string => arn.split("/").at(-2) ?? shortName(arn);

function adminUrlOf(all: readonly (readonly [FoundBalancer, readonly FoundListener[]])[]): FoundValue {
  const name = "adminUrl";
  const secure = all.flatMap(([balancer, listeners]) =>
    listeners.filter(({ protocol }) => protocol === "HTTPS").map((listener) => ({ balancer, listener })),
  );
  const named = secure.find(({ listener }) => listener.hosts.length > 0) ?? secure[0];
  if (named === undefined)
    return { name, why: "no listener of its load balancer speaks HTTPS, and the admin token goes no other way" };
  const { balancer, listener } = named;
  const [host] = listener.hosts;
  const port = listener.port === 443 ? "" : `:${listener.port}`;
  const inside = balancer.isInternal ? ", reached from inside its VPC only" : "";
  const value = `https://${(host ?? balancer.dnsName).toLowerCase()}${port}`;
  return {
    name,
    value,
    why:
      host === undefined
        ? `the load balancer's name, which its certificate may not have${inside}`
        : `a host of its listener${inside}`,
  };
}
