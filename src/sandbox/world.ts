import type { Client } from "pg";
import type { TargetGroup } from "./alb/target-group.ts";
import type { Scaling } from "./autoscaling/model.ts";
import type { CallTriggers } from "./call-triggers.ts";
import type { VulcanClient } from "./clients/client.ts";
import type { VirtualClock } from "./clock/virtual-clock.ts";
import type { Alarm } from "./cloudwatch/alarm.ts";
import type { MuteRule } from "./cloudwatch/mute-rule.ts";
import type { MetricStore } from "./cloudwatch/store.ts";
import type { ContainerHost } from "./container/task-dirs.ts";
import type { Table } from "./dynamodb/table.ts";
import type { Network } from "./ec2/network.ts";
import type { Repository } from "./ecr/model.ts";
import type { Ecs } from "./ecs/model.ts";
import type { LoadBalancer } from "./elb/model.ts";
import type { Rule } from "./events/rule.ts";
import type { Fault } from "./http/fault.ts";
import type { Role } from "./iam/role.ts";
import type { LogGroups } from "./logs/streams.ts";
import type { DatabaseAddress } from "./postgres/databases.ts";
import type { Random } from "./random.ts";
import type { Rds } from "./rds/model.ts";
import type { Schedule } from "./scheduler/schedule.ts";
import type { Secret } from "./secrets/secret.ts";
import type { ChannelSession } from "./session-channel/model.ts";
import type { MachineRun } from "./sfn/run.ts";
import type { Published } from "./sns/published.ts";
import type { Topic } from "./sns/topic.ts";
import type { Calendar } from "./ssm/calendar.ts";
import type { Parameter } from "./ssm/parameter.ts";
import type { Timings } from "./timings.ts";
import type { Image } from "./vulcan/image.ts";
import type { VulcanTraits } from "./vulcan/options.ts";

/** One run of `vulcan`. Without an exit code it still runs, or was killed. */
export interface VulcanCommand {
  readonly task: string;
  /** The container in which it ran. */
  readonly container: string;
  readonly args: readonly string[];
  exitCode?: number;
}

/** The whole state of one run of one scenario. A reset discards all of it. */
export interface World {
  readonly account: string;
  readonly region: string;
  readonly clock: VirtualClock;
  readonly random: Random;
  readonly timings: Timings;
  readonly log: (line: string) => void;
  /** The image registry, by `repository:tag` and by `repository@digest`. */
  readonly images: Map<string, Image>;
  /** By name. */
  readonly repositories: Map<string, Repository>;
  /** When each image was pushed, by digest. */
  readonly pushed: Map<string, number>;
  /** Where tasks find the scenario's database: at the address of its instance's name. */
  readonly database: DatabaseAddress;
  /** Gives access to the admin pages of Vulcan. */
  readonly adminToken: string;
  /** Where tasks, balancers and databases live. */
  readonly network: Network;
  /** Roles of the account, by name. */
  readonly roles: Map<string, Role>;
  readonly ecs: Ecs;
  readonly targetGroups: Map<string, TargetGroup>;
  /** Whether its subnets are IPv6-only, so that tasks have no IPv4 address. */
  readonly ipv6: boolean;
  readonly loadBalancers: LoadBalancer[];
  readonly rds: Rds;
  readonly metrics: MetricStore;
  /** The last unit of each custom metric, by metric. */
  readonly units: Map<string, string>;
  readonly alarms: Alarm[];
  readonly vulcan: VulcanTraits;
  readonly containers: ContainerHost;
  /** Each `vulcan` that ran in a task beside its server, in the order of their starts. */
  readonly commands: VulcanCommand[];
  /** Sessions of ECS Exec and of forwarded ports, by id. Ended sessions stay. */
  readonly sessions: Map<string, ChannelSession>;
  /** Where a client opens a session's channel. */
  streamUrl(session: string): string;
  /** The faults that strike the next session. */
  channelFaults(): readonly Fault[];
  readonly muteRules: Map<string, MuteRule>;
  /** A database session for each instance, by its resource id. It counts the other sessions. */
  readonly gauges: Map<string, Promise<Client>>;
  /** CPU that the customers' requests take, in percent of one task's CPU. The running tasks share it. */
  demand: number;
  /** What holds connections to its tasks, and comes back by itself. */
  readonly clients: VulcanClient[];
  /** The WebSockets that its balancer really carries. */
  readonly sockets: { open: number };
  /** Requests a minute that its customers send; 0: none. */
  readonly customers: number;
  readonly scaling: Scaling;
  readonly logs: LogGroups;
  readonly parameters: Map<string, Parameter>;
  /** By ARN. */
  readonly topics: Map<string, Topic>;
  readonly published: Published[];
  /** Rules of the default event bus, by name. */
  readonly rules: Map<string, Rule>;
  /** Schedules of EventBridge Scheduler that have not deleted themselves, by name. */
  readonly schedules: Map<string, Schedule>;
  /** Change Calendars of Systems Manager, by the name of their document. */
  readonly calendars: Map<string, Calendar>;
  /** Maximum number of tasks at once, from the account's quota and the zone's capacity. */
  readonly capacity: number;
  readonly awaited: CallTriggers;
  readonly secrets: Map<string, Secret>;
  /** Tables of DynamoDB, by name. */
  readonly tables: Map<string, Table>;
  /** Runs of the state machine of fleets, by ARN; recorded, not carried out. */
  readonly machineRuns: Map<string, MachineRun>;
  /** Task tokens of Step Functions that were answered. */
  readonly answeredTokens: Set<string>;
  /** Set when the world has ended. Code that still runs in it must have no effect. */
  ended: boolean;
}
