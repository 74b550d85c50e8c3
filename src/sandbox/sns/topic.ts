import type { World } from "../world.ts";

export interface Tag {
  readonly Key: string;
  readonly Value: string;
}

/** Nobody confirms a subscription here, so none ever gets its ARN, nor a message. */
export interface Subscription {
  readonly protocol: string;
  readonly endpoint: string;
}

export interface Topic {
  readonly arn: string;
  displayName: string;
  tags: readonly Tag[];
  readonly subscriptions: Subscription[];
}

export const newTopic = (world: World, name: string): Topic => ({
  arn: `arn:aws:sns:${world.region}:${world.account}:${name}`,
  displayName: "",
  tags: [],
  subscriptions: [],
});
