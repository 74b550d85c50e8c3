import type { World } from "../world.ts";
import type { Cluster } from "./model.ts";

/** `arn:aws:ecs:REGION:ACCOUNT:REST` */
export const ecsArn = (world: World, rest: string): string => `arn:aws:ecs:${world.region}:${world.account}:${rest}`;

export const serviceArn = (world: World, cluster: Cluster, name: string): string =>
  ecsArn(world, `service/${cluster.name}/${name}`);

export const deploymentId = (world: World): string => `ecs-svc/${world.random.digits(19)}`;

export const serviceDeploymentArn = (world: World, cluster: Cluster, service: string): string =>
  ecsArn(world, `service-deployment/${cluster.name}/${service}/${world.random.urlSafe(21)}`);

export const serviceRevisionArn = (world: World, cluster: Cluster, service: string): string =>
  ecsArn(world, `service-revision/${cluster.name}/${service}/${world.random.digits(19)}`);

/** The last part of an ARN, or the name itself. */
export const shortName = (nameOrArn: string): string => nameOrArn.slice(nameOrArn.lastIndexOf("/") + 1);
