import type { Tag } from "../http/tags.ts";

/** A listener that forwards everything to one target group. */
export interface Listener {
  readonly arn: string;
  /** The ARN of its one rule, the default one. */
  readonly ruleArn: string;
  port: number;
  targetGroupArn: string;
  tags: readonly Tag[];
}

/** An Application Load Balancer as clients see it; the proxy behind the first one is real. */
export interface LoadBalancer {
  readonly name: string;
  readonly arn: string;
  readonly dnsName: string;
  readonly scheme: string;
  /** Whether clients reach it over IPv6 as well, as they must where its targets have IPv6 addresses. [D] */
  readonly dualStack?: boolean;
  readonly vpcId: string;
  readonly subnets: readonly string[];
  readonly securityGroups: readonly string[];
  readonly createdAt: number;
  /** Attributes that were changed. */
  readonly attributes: Map<string, string>;
  readonly listeners: Listener[];
  tags: readonly Tag[];
}
