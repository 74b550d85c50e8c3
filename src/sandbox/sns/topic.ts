import type { Tag } from "../http/tags.ts";
import { defaultPolicy } from "./topic-policy.ts";

/** No subscription is ever confirmed here, so none gets a message; one of the scenario's has been, long ago. */
export interface Subscription {
  readonly protocol: string;
  readonly endpoint: string;
  readonly isConfirmed?: true;
}

export interface Topic {
  readonly arn: string;
  displayName: string;
  /** JSON. */
  policy: string;
  /** KMS key that its messages are encrypted with: an alias, an id or an ARN. */
  key: string | undefined;
  tags: readonly Tag[];
  readonly subscriptions: Subscription[];
}

export function newTopic(
  { region, account }: { readonly region: string; readonly account: string },
  name: string,
): Topic {
  const arn = `arn:aws:sns:${region}:${account}:${name}`;
  const policy = defaultPolicy(arn, account);
  return { arn, displayName: "", policy, key: undefined, tags: [], subscriptions: [] };
}
