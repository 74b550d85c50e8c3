import type { TargetGroup } from "./alb/target-group.ts";
import type { ChannelSession } from "./channel/model.ts";
import type { VirtualClock } from "./clock/virtual-clock.ts";
import type { Alarm } from "./cloudwatch/alarm.ts";
import type { MetricStore } from "./cloudwatch/store.ts";
import type { ContainerHost } from "./container/host.ts";
import type { Ecs } from "./ecs/model.ts";
import type { DatabaseAddress } from "./postgres/databases.ts";
import type { Random } from "./random.ts";
import type { Rds } from "./rds/model.ts";
import type { Timings } from "./timings.ts";
import type { Image } from "./vulcan/image.ts";
import type { VulcanTraits } from "./vulcan/traits.ts";
import type { Fault } from "./wire/fault.ts";

/** An Application Load Balancer as clients see it; the proxy behind it is real. */
export interface LoadBalancer {
  readonly name: string;
  readonly arn: string;
  readonly dnsName: string;
  readonly vpcId: string;
  readonly createdAt: number;
}

/** Everything that is true in one run of one scenario. A reset throws it away whole. */
export interface World {
  readonly account: string;
  readonly region: string;
  readonly clock: VirtualClock;
  readonly random: Random;
  readonly timings: Timings;
  readonly log: (line: string) => void;
  /** The image registry, by `repository:tag`. */
  readonly images: Map<string, Image>;
  /** Where tasks find the scenario's database: at the address of its instance's name. */
  readonly database: DatabaseAddress;
  readonly ecs: Ecs;
  readonly targetGroups: Map<string, TargetGroup>;
  readonly loadBalancers: LoadBalancer[];
  readonly rds: Rds;
  readonly metrics: MetricStore;
  readonly alarms: Alarm[];
  readonly vulcan: VulcanTraits;
  readonly containers: ContainerHost;
  /** Sessions of ECS Exec, by id; those that are over stay. */
  readonly sessions: Map<string, ChannelSession>;
  /** Where a client opens a session's channel. */
  streamUrl(session: string): string;
  /** The faults that strike the next session. */
  channelFaults(): readonly Fault[];
  /** Set when the world has been thrown away: whatever still runs in it must have no effect. */
  ended: boolean;
}
