/** A metric alarm, as far as it tells whether it watches what is documented. */
export interface AlarmRule {
  readonly name: string;
  readonly metric: string;
  /** Values of its dimensions: a target group's last part, an instance's name. */
  readonly of: readonly string[];
  readonly threshold?: number;
  /** It tells somebody: its actions are enabled, and there are some. */
  readonly tells: boolean;
}

/** An alarm, as far as it decides whether its actions may be muted. */
export interface AlarmSetup {
  readonly name: string;
  /** Empty where it is made of other alarms. */
  readonly metric: string;
  /** ARNs of what it does. */
  readonly actions: readonly string[];
  readonly isComposite: boolean;
}

/** A rule that keeps alarms silent. */
export interface MuteSummary {
  readonly name: string;
  /** SCHEDULED, ACTIVE or EXPIRED. */
  readonly status: string;
}

export interface MuteRule {
  /** SCHEDULED, ACTIVE or EXPIRED. */
  readonly status: string;
  readonly alarms: readonly string[];
}
