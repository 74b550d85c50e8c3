import type { Listener } from "@aws-sdk/client-elastic-load-balancing-v2";
import type { DiscoveryReads, FoundBalancer, FoundDatabase, FoundListener } from "../domain/aws/discovery.ts";
import { inBatches, shortName } from "../domain/aws/ecs.ts";
import type { Clients } from "./client/clients.ts";
import { everyPage } from "./client/every-page.ts";
import { needed } from "./client/needed.ts";
import { readCall } from "./client/read-call.ts";

export function createDiscoveryReads(clients: Clients): DiscoveryReads {
  return {
    clusters: () => readCall("ecs:ListClusters", () => readClusters(clients)),
    services: (cluster) => readCall("ecs:ListServices", () => readServices(clients, cluster)),
    databases: () => readCall("rds:DescribeDBInstances", () => readDatabases(clients)),
    balancers: (arns) => readCall("elasticloadbalancing:DescribeLoadBalancers", () => readBalancers(clients, arns)),
    listeners: (balancer) => readCall("elasticloadbalancing:DescribeListeners", () => readListeners(clients, balancer)),
  };
}

/** Most entries that ECS puts on one page of a list. [D: ListClusters, ListServices] */
const PAGE = 100;

async function readClusters(clients: Clients): Promise<readonly string[]> {
  const [ecs, { ListClustersCommand }] = await Promise.all([clients.ecs(), import("./sdk/ecs.ts")]);
  const arns = await everyPage(async (nextToken) => {
    const answer = await ecs.send(new ListClustersCommand({ maxResults: PAGE, ...(nextToken && { nextToken }) }));
    return { items: needed(answer.clusterArns, "clusterArns"), next: answer.nextToken };
  });
  return arns.map(shortName).sort();
}

async function readServices(clients: Clients, cluster: string): Promise<readonly string[]> {
  const [ecs, { ListServicesCommand }] = await Promise.all([clients.ecs(), import("./sdk/ecs.ts")]);
  const arns = await everyPage(async (nextToken) => {
    const question = { cluster, maxResults: PAGE, ...(nextToken && { nextToken }) };
    const answer = await ecs.send(new ListServicesCommand(question));
    return { items: needed(answer.serviceArns, "serviceArns"), next: answer.nextToken };
  });
  return arns.map(shortName).sort();
}

async function readDatabases(clients: Clients): Promise<readonly FoundDatabase[]> {
  const [rds, { DescribeDBInstancesCommand }] = await Promise.all([clients.rds(), import("./sdk/rds.ts")]);
  const instances = await everyPage(async (Marker) => {
    const answer = await rds.send(new DescribeDBInstancesCommand({ ...(Marker && { Marker }) }));
    return { items: needed(answer.DBInstances, "DBInstances"), next: answer.Marker };
  });
  return instances.map(({ DBInstanceIdentifier, Engine, DBClusterIdentifier: cluster }) => ({
    id: needed(DBInstanceIdentifier, "DBInstanceIdentifier"),
    engine: needed(Engine, "Engine"),
    ...(cluster && { cluster }),
  }));
}

/** Most load balancers that one call describes by ARN. [D: DescribeLoadBalancers] */
const MOST_BALANCERS = 20;

async function readBalancers(clients: Clients, arns: readonly string[]): Promise<readonly FoundBalancer[]> {
  if (arns.length === 0) return [];
  const [elb, { DescribeLoadBalancersCommand }] = await Promise.all([clients.elb(), import("./sdk/elb.ts")]);
  const answers = inBatches(arns, MOST_BALANCERS).map((batch) =>
    elb.send(new DescribeLoadBalancersCommand({ LoadBalancerArns: [...batch] })),
  );
  const found = (await Promise.all(answers)).flatMap((answer) => needed(answer.LoadBalancers, "LoadBalancers"));
  return found.map(({ LoadBalancerArn, DNSName, Scheme }) => ({
    arn: needed(LoadBalancerArn, "LoadBalancerArn"),
    dnsName: needed(DNSName, "DNSName"),
    isInternal: Scheme === "internal",
  }));
}

async function readListeners(clients: Clients, balancer: string): Promise<readonly FoundListener[]> {
  const [elb, { DescribeListenersCommand }] = await Promise.all([clients.elb(), import("./sdk/elb.ts")]);
  const listeners = await everyPage(async (Marker) => {
    const answer = await elb.send(
      new DescribeListenersCommand({ LoadBalancerArn: balancer, ...(Marker && { Marker }) }),
    );
    return { items: needed(answer.Listeners, "Listeners"), next: answer.NextMarker };
  });
  return Promise.all(listeners.map((listener) => toListener(clients, listener)));
}

/** Only a listener that speaks HTTPS is asked for its rules: no other one can take the admin token. */
async function toListener(clients: Clients, { ListenerArn, Port, Protocol }: Listener): Promise<FoundListener> {
  const protocol = needed(Protocol, "Protocol");
  const hosts = protocol === "HTTPS" ? await readHosts(clients, needed(ListenerArn, "ListenerArn")) : [];
  return { port: needed(Port, "Port"), protocol, hosts };
}

/** Without the permission for rules, the balancer's own name is left. */
function readHosts(clients: Clients, ListenerArn: string): Promise<readonly string[]> {
  return readCall("elasticloadbalancing:DescribeRules", async () => {
    const [elb, { DescribeRulesCommand }] = await Promise.all([clients.elb(), import("./sdk/elb.ts")]);
    const { Rules } = await elb.send(new DescribeRulesCommand({ ListenerArn }));
    const conditions = needed(Rules, "Rules").flatMap((rule) => rule.Conditions ?? []);
    const named = conditions.flatMap(({ HostHeaderConfig, Field, Values = [] }) =>
      Field === "host-header" ? (HostHeaderConfig?.Values ?? Values) : [],
    );
    return [...new Set(named)].filter((host) => /^[a-z0-9.-]+$/i.test(host));
  }).catch(() => []);
}
