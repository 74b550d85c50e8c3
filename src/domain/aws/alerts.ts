import type { JsonObject } from "../json.ts";

/** A topic of SNS, as far as it decides whether a message gets through it. What is absent is not known. */
export interface Topic {
  readonly arn: string;
  /** Its policy, JSON. */
  readonly policy?: string;
  /** The KMS key that its messages are encrypted with: alias, id or ARN. Absent where they are not. */
  readonly key?: string;
  /** Subscriptions that get its messages. */
  readonly confirmed?: number;
  /** Subscriptions that are not confirmed yet. */
  readonly pending?: number;
}

/** A metric alarm with all that PutMetricAlarm takes, so that it can be put back as it was. */
export interface WholeAlarm {
  readonly name: string;
  readonly arn: string;
  /** By the names of PutMetricAlarm, without empty lists; its tags are apart. */
  readonly settings: JsonObject;
  readonly tags: Tags;
  /** OK, ALARM, INSUFFICIENT_DATA */
  readonly state: string;
  /** RFC 3339; absent where CloudWatch does not say. */
  readonly since?: string;
}

/** A rule of the default event bus. */
export interface EventRule {
  readonly name: string;
  /** Its pattern, JSON; absent for a rule with a schedule. */
  readonly pattern?: string;
  /** ENABLED, DISABLED … */
  readonly state: string;
  readonly description?: string;
  /** The role that sends to its targets, by ARN. */
  readonly role?: string;
  /** `rate(…)` or `cron(…)`, beside the pattern or instead of it. */
  readonly schedule?: string;
  readonly targets: readonly EventTarget[];
  readonly tags: Tags;
}

export interface EventTarget {
  readonly id: string;
  readonly arn: string;
  /** All else that PutTargets takes of it: input, queue for what could not be sent, role and so on. */
  readonly settings: JsonObject;
}

/** An action of an alarm that ran, or failed, by its history. */
export interface AlarmAction {
  /** Epoch ms. */
  readonly at: number;
  /** As CloudWatch puts it: `Successfully executed action arn:…`. */
  readonly text: string;
}

export type Tags = Readonly<Record<string, string>>;
