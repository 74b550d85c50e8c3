import { AwsError } from "../http/aws-error.ts";
import type { Input, Output } from "../http/input.ts";
import { number, record, records, required, text, texts } from "../http/input.ts";
import { changing, type Operation, reading } from "../http/operation.ts";
import { tagsOf } from "../http/tags.ts";
import type { World } from "../world.ts";
import { findBalancer, findGroup, findListener, invalid, unsimulated } from "./find.ts";
import { connectGroups, newListener } from "./load-balancer.ts";
import type { Listener, LoadBalancer } from "./model.ts";

const action = (targetGroupArn: string): Output => ({
  Type: "forward",
  TargetGroupArn: targetGroupArn,
  Order: 1,
  ForwardConfig: {
    TargetGroups: [{ TargetGroupArn: targetGroupArn, Weight: 1 }],
    TargetGroupStickinessConfig: { Enabled: false },
  },
});

const listenerView = (balancer: LoadBalancer, listener: Listener): Output => ({
  ListenerArn: listener.arn,
  LoadBalancerArn: balancer.arn,
  Port: listener.port,
  Protocol: "HTTP",
  DefaultActions: [action(listener.targetGroupArn)],
});

const ruleView = ({ ruleArn, targetGroupArn }: Listener): Output => ({
  RuleArn: ruleArn,
  Priority: "default",
  Conditions: [],
  Actions: [action(targetGroupArn)],
  IsDefault: true,
});

/** The target group that the default actions forward to; any other action is not simulated. */
function targetOf(world: World, input: Input): string {
  required(input, "DefaultActions");
  const [first, ...more] = records(input, "DefaultActions");
  const type = text(first ?? {}, "Type");
  if (type !== "forward" || more.length > 0)
    throw unsimulated(`listeners whose action is not one forward, but ${type}`);
  const forward = records(record(first ?? {}, "ForwardConfig") ?? {}, "TargetGroups");
  if (forward.length > 1) throw unsimulated("listeners that forward to several target groups");
  const arn = text(first ?? {}, "TargetGroupArn") ?? text(forward[0] ?? {}, "TargetGroupArn");
  if (arn === undefined) throw invalid("A target group ARN must be specified");
  return findGroup(world, arn).arn;
}

/** A port of its own, and HTTP: the proxy has no certificates. */
function portOf(balancer: LoadBalancer, input: Input, own?: Listener): number {
  const protocol = text(input, "Protocol") ?? "HTTP";
  if (protocol !== "HTTP") throw unsimulated(`listeners that speak ${protocol}`);
  const port = number(input, "Port") ?? own?.port;
  if (port === undefined || !Number.isInteger(port) || port < 1 || port > 65_535) {
    throw invalid("A port from 1 to 65535 must be specified");
  }
  if (balancer.listeners.some((one) => one !== own && one.port === port)) {
    throw new AwsError("DuplicateListener", "A listener already exists on this port for this load balancer");
  }
  return port;
}

/** All of the balancer's listeners, or those with these ARNs. */
function requested(world: World, input: Input): { balancer: LoadBalancer; listener: Listener }[] {
  const arns = texts(input, "ListenerArns");
  if (arns.length > 0) return arns.map((arn) => findListener(world, arn));
  const arn = text(input, "LoadBalancerArn");
  if (arn === undefined) throw invalid("You must specify either listener ARNs or a load balancer ARN");
  const balancer = findBalancer(world, arn);
  return balancer.listeners.map((listener) => ({ balancer, listener }));
}

export const listenerOperations: Readonly<Record<string, Operation>> = {
  DescribeListeners: reading((world, input) => ({
    Listeners: requested(world, input).map(({ balancer, listener }) => listenerView(balancer, listener)),
  })),

  CreateListener: changing((world, input) => {
    const balancer = findBalancer(world, required(input, "LoadBalancerArn"));
    const port = portOf(balancer, input);
    const listener = newListener(balancer, world.random.hex(16), port, targetOf(world, input));
    listener.tags = tagsOf(input);
    balancer.listeners.push(listener);
    connectGroups(world);
    return { Listeners: [listenerView(balancer, listener)] };
  }),

  ModifyListener: changing((world, input) => {
    const { balancer, listener } = findListener(world, required(input, "ListenerArn"));
    const port = portOf(balancer, input, listener);
    const target = input.DefaultActions === undefined ? listener.targetGroupArn : targetOf(world, input);
    Object.assign(listener, { port, targetGroupArn: target });
    connectGroups(world);
    return { Listeners: [listenerView(balancer, listener)] };
  }),

  DeleteListener: changing((world, input) => {
    const { balancer, listener } = findListener(world, required(input, "ListenerArn"));
    balancer.listeners.splice(balancer.listeners.indexOf(listener), 1);
    connectGroups(world);
    return {};
  }),

  /** Those of a listener that has set none. [D] */
  DescribeListenerAttributes: reading((world, input) => {
    findListener(world, required(input, "ListenerArn"));
    return { Attributes: [{ Key: "routing.http.response.server.enabled", Value: "true" }] };
  }),

  /** A listener has only its default rule here. */
  DescribeRules: reading((world, input) => {
    const arns = texts(input, "RuleArns");
    if (arns.length === 0) return { Rules: [ruleView(findListener(world, required(input, "ListenerArn")).listener)] };
    const all = world.loadBalancers.flatMap(({ listeners }) => listeners);
    const found = all.filter(({ ruleArn }) => arns.includes(ruleArn));
    if (found.length < arns.length) throw new AwsError("RuleNotFound", "One or more rules not found");
    return { Rules: found.map(ruleView) };
  }),
};
