import { isIPv6 } from "node:net";
import type * as Sdk from "@aws-sdk/client-ecs";
import { inBatches } from "../../domain/aws/ecs.ts";
import type * as Commands from "../sdk/ecs.ts";

/**
 * One address may be written in several ways: `2600:0:0::1` is `2600::1`. Node compiles its pattern of them at the first
 * call, which takes a fiftieth of a start.
 */
export const canonicalAddress = (address: string): string =>
  address.includes(":") && isIPv6(address) ? new URL(`http://[${address}]`).hostname.slice(1, -1) : address;

/** Under which a target of type `instance` is known: its id alone may stand for several tasks. */
export const instanceAddress = (instance: string, port: number): string => `${instance}:${port}`;

const ADDRESS = /^(private)?ipv[46]address$/i;

/** The EC2 instance of each container instance. It never changes, so each is read once. */
export type NameInstances = (
  ecs: Sdk.ECSClient,
  sdk: typeof Commands,
  cluster: string,
  tasks: readonly Sdk.Task[],
) => Promise<ReadonlyMap<string, string>>;

const BATCH = 100;

export function instanceNames(): NameInstances {
  const known = new Map<string, string>();
  return async (ecs, sdk, cluster, tasks) => {
    const hosts = tasks.flatMap((task) => (hostPorts(task).length > 0 ? (task.containerInstanceArn ?? []) : []));
    const unknown = [...new Set(hosts)].filter((arn) => !known.has(arn));
    const answers = await Promise.all(
      inBatches(unknown, BATCH).map((containerInstances) =>
        // Without it targets cannot be matched to tasks, which is said. It must not take the tasks with it.
        ecs.send(new sdk.DescribeContainerInstancesCommand({ cluster, containerInstances })).catch(() => undefined),
      ),
    );
    for (const { containerInstanceArn, ec2InstanceId } of answers.flatMap((answer) => answer?.containerInstances ?? []))
      if (containerInstanceArn && ec2InstanceId) known.set(containerInstanceArn, ec2InstanceId);
    return known;
  };
}

const hostPorts = ({ containers = [] }: Sdk.Task): readonly number[] =>
  containers.flatMap(({ networkBindings = [] }) => networkBindings.flatMap(({ hostPort }) => hostPort ?? []));

/** Every name by which a target group may know the task: its own addresses, or its instance with a port on it. */
export function addressesOf(task: Sdk.Task, instances: ReadonlyMap<string, string>): string[] {
  const details = (task.attachments ?? []).flatMap((attachment) => attachment.details ?? []);
  const interfaces = (task.containers ?? []).flatMap((container) => container.networkInterfaces ?? []);
  const own = [
    ...details.filter(({ name = "" }) => ADDRESS.test(name)).map(({ value }) => value),
    ...interfaces.flatMap(({ privateIpv4Address, ipv6Address }) => [privateIpv4Address, ipv6Address]),
  ];
  const host = instances.get(task.containerInstanceArn ?? "");
  const onHost = host === undefined ? [] : hostPorts(task).map((port) => instanceAddress(host, port));
  const found = own.flatMap((address) => (address ? [canonicalAddress(address)] : []));
  return [...new Set([...found, ...onHost])];
}
