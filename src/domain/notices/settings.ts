import type { NoticeTemplates } from "./template.ts";

/** Where an address or a key is: in a variable of the environment, or in a secret of Secrets Manager. Never in a file. */
export type SecretPlace =
  | { readonly kind: "environment"; readonly variable: string }
  | { readonly kind: "secret"; readonly arn: string };

/** The channels of notices and their texts; from one's own configuration and the environment. */
export interface NoticeSettings {
  /** Address of an incoming webhook that takes `{text}`, as Slack's. */
  readonly slackWebhook?: SecretPlace;
  /** Token of a Slack app with `chat:write`; with `slackChannel`. */
  readonly slackToken?: SecretPlace;
  readonly slackChannel?: string;
  /** Integration key of PagerDuty's Events API v2. */
  readonly pagerDutyKey?: SecretPlace;
  /** ARN of an SNS topic. */
  readonly topic?: string;
  readonly templates?: NoticeTemplates;
  /** Role by which EventBridge Scheduler publishes to `topic` that no end was reported. */
  readonly schedulerRole?: string;
}

/** Variables that set up a channel without any file. */
export const NOTICE_VARIABLES = {
  slackWebhook: "VULCAN_OPS_WEBHOOK",
  slackToken: "VULCAN_OPS_SLACK_TOKEN",
  slackChannel: "VULCAN_OPS_SLACK_CHANNEL",
  pagerDutyKey: "VULCAN_OPS_PAGERDUTY_KEY",
} as const;

/** The settings of the file; what it leaves out is taken from variables that are set. */
export function withEnvironment(
  settings: NoticeSettings,
  env: Readonly<Record<string, string | undefined>>,
): NoticeSettings {
  const place = (name: "slackWebhook" | "slackToken" | "pagerDutyKey"): Partial<NoticeSettings> => {
    const variable = NOTICE_VARIABLES[name];
    if (settings[name] !== undefined || !env[variable]) return {};
    return { [name]: { kind: "environment", variable } };
  };
  const channel = settings.slackChannel ?? env[NOTICE_VARIABLES.slackChannel];
  return {
    ...settings,
    ...place("slackWebhook"),
    ...place("slackToken"),
    ...place("pagerDutyKey"),
    ...(channel && { slackChannel: channel }),
  };
}
