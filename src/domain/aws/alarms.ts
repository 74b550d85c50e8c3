/** What an alarm watches. */
export interface AlarmSubject {
  /** The dimensions of each of its metrics, as `Name=Value`. */
  readonly metrics: readonly (readonly string[])[];
  /** Whether that is all. Not where it watches a search, a metric without dimensions, or alarms that are not found. */
  readonly isWhole: boolean;
}

/** The facts of a metric alarm, by one metric that it watches, that show whether this is what is documented. */
export interface AlarmRule {
  readonly name: string;
  readonly metric: string;
  /** Values of its dimensions: a target group's last part, an instance's name. */
  readonly of?: readonly string[];
  readonly threshold?: number;
  readonly actionsEnabled?: boolean;
  /** `LessThanThreshold` and so on; absent for an expression. */
  readonly comparison?: string;
  /** ARNs of its actions for the state ALARM. */
  readonly actions?: readonly string[];
  /** Composite alarms that name it in their rule and notify a topic. */
  readonly through?: readonly string[];
}

/** The facts of an alarm that decide whether its actions may be muted. */
export interface AlarmSetup {
  readonly name: string;
  /** Empty where it is composed of other alarms. */
  readonly metric: string;
  /** ARNs of its actions. */
  readonly actions: readonly string[];
  readonly isComposite: boolean;
}

/** A rule that mutes alarms. */
export interface MuteSummary {
  readonly name: string;
  /** SCHEDULED, ACTIVE or EXPIRED. */
  readonly status: string;
}

/** A mute rule of ours that is in force, or will be. */
export interface OwnMuteRule {
  readonly name: string;
  /** SCHEDULED or ACTIVE. */
  readonly status: string;
  /** How many tasks the service was set to before the run, where the rule says so. */
  readonly size?: number;
}

export interface MuteRule {
  /** SCHEDULED, ACTIVE or EXPIRED. */
  readonly status: string;
  readonly alarms: readonly string[];
  readonly description?: string;
}

/** The names of our mute rules for a service begin so. */
export const muteRulePrefix = (service: string): string => `vulcan-ops-${service}-`;

/**
 * The description of our mute rule. It says how many tasks the service was set to: operators on other machines read
 * there what the size has to be again.
 */
export function muteRuleText(size: number | undefined): string {
  const before = size === undefined ? "" : `. Before it: ${size} tasks`;
  return `Muted by vulcan-ops; ends by itself${before}`;
}

/** The size that the description of our mute rule names; undefined where it names none. */
export function sizeInMuteRule(description: string | undefined): number | undefined {
  const found = /\. Before it: (\d{1,5}) tasks$/.exec(description ?? "")?.[1];
  return found === undefined ? undefined : Number(found);
}
