import { Agent } from "node:http";
import type { Tag } from "../http/tags.ts";

type TargetState = "initial" | "healthy" | "unhealthy" | "draining";

/** How a group probes its targets; seconds as in the API. */
export interface HealthCheck {
  readonly path: string;
  readonly intervalSeconds: number;
  readonly timeoutSeconds: number;
  readonly healthyThreshold: number;
  readonly unhealthyThreshold: number;
  /** HTTP codes that pass, e.g. `200` or `200-299`. */
  readonly matcher: string;
}

/** Where requests to a target really go. */
interface Listener {
  readonly port: number | undefined;
  /** How long its health page takes to answer (virtual s). */
  readonly healthSeconds: number;
}

/** A registered task. `listener` is what really answers; clients only see the private IP. */
export interface Target {
  readonly ip: string;
  readonly port: number;
  readonly zone: string;
  readonly listener: () => Listener | undefined;
  readonly agent: Agent;
  state: TargetState;
  reason: string | undefined;
  description: string | undefined;
  /** Consecutive results of health checks. */
  passes: number;
  failures: number;
  everHealthy: boolean;
  inFlight: number;
}

export interface TargetGroup {
  readonly name: string;
  readonly arn: string;
  readonly port: number;
  readonly vpcId: string;
  /** Undefined while no listener sends to the group. */
  loadBalancerArn: string | undefined;
  /** Whether its targets have IPv6 addresses. */
  readonly ipv6?: boolean;
  healthCheck: HealthCheck;
  /** `deregistration_delay.timeout_seconds` */
  deregistrationDelaySeconds: number;
  readonly targets: Map<string, Target>;
  /** Position of the round robin. */
  turn: number;
  tags: readonly Tag[];
}

export const targetKey = (ip: string, port: number): string => `${ip}:${port}`;

/** A target that has just been registered: not yet probed, so it gets no requests. */
export function newTarget(ip: string, port: number, zone: string, listener: Target["listener"]): Target {
  return {
    ip,
    port,
    zone,
    listener,
    agent: new Agent({ keepAlive: true, timeout: 60_000 }),
    state: "initial",
    reason: "Elb.RegistrationInProgress",
    description: "Target registration is in progress",
    passes: 0,
    failures: 0,
    everHealthy: false,
    inFlight: 0,
  };
}

export function markHealthy(target: Target): void {
  target.state = "healthy";
  target.everHealthy = true;
  target.reason = undefined;
  target.description = undefined;
}

/** New requests go to other targets from now on. Requests in flight continue. */
export function markDraining(target: Target): void {
  target.state = "draining";
  target.reason = "Target.DeregistrationInProgress";
  target.description = "Target deregistration is in progress";
}

/**
 * The next healthy target in the round robin. If no target is healthy, the balancer fails open: it uses all registered
 * targets, whatever their checks say [D]. It skips targets that are being registered or that drain [I].
 */
export function nextTarget(group: TargetGroup): Target | undefined {
  const targets = [...group.targets.values()];
  const healthy = targets.filter(({ state }) => state === "healthy");
  const open = healthy.length > 0 ? healthy : targets.filter(isRegistered);
  return open[group.turn++ % open.length];
}

const isRegistered = ({ state, reason }: Target): boolean =>
  state !== "draining" && reason !== "Elb.RegistrationInProgress";

export function countStates(group: TargetGroup): { healthy: number; unhealthy: number } {
  const count = (state: TargetState): number =>
    [...group.targets.values()].filter((target) => target.state === state).length;
  return { healthy: count("healthy"), unhealthy: count("unhealthy") };
}
