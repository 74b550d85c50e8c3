export interface Tag {
  readonly Key: string;
  readonly Value: string;
}

/** No subscription is ever confirmed here, so none gets its ARN, nor a message. */
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

export const newTopic = (
  { region, account }: { readonly region: string; readonly account: string },
  name: string,
): Topic => ({
  arn: `arn:aws:sns:${region}:${account}:${name}`,
  displayName: "",
  tags: [],
  subscriptions: [],
});
