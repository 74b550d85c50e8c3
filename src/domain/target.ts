/** A named environment. Account and region are pins: another account or region is a hard stop. */
export interface Target {
  readonly name: string;
  /** 12 digits; absent means not pinned, which every plan warns about. */
  readonly account?: string;
  readonly region?: string;
  readonly cluster: string;
  readonly service: string;
  /** RDS instance identifier. */
  readonly database: string;
  /** The application's container, where nothing else identifies it among several. */
  readonly container?: string;
  /** The address at which Vulcan itself serves its list of migrations. */
  readonly adminUrl?: string;
  /** The sources of that list, in the order to ask; `api,sql` by default. `container` starts a process in a task. */
  readonly migrationsFrom?: string;
  /** Key of the advisory lock under which Vulcan migrates: `7233001`, or `770, 1`. */
  readonly migrationLock?: string;
  /** `task`: through a port session of a running task. Otherwise through this machine's own network. */
  readonly databaseVia?: DatabaseVia;
  /** Names of the alarms that a maintenance may mute, separated by commas. */
  readonly mutedAlarms?: string;
  /** ARN of the SNS topic that announces a maintenance. */
  readonly announceTopic?: string;
  /** Which questions a person is asked. Absent: each. */
  readonly ask?: AskMode;
  /** A change needs a stated reason, unless it is a rollback. */
  readonly requireReason?: boolean;
  /** The same change needs a plan that another person has approved. */
  readonly requireApproval?: boolean;
  /** ARNs of Change Calendars of Systems Manager, separated by commas: a change begins only while all are open. */
  readonly changeCalendar?: string;
  /** IANA time zone of a maintenance window in local time. */
  readonly zone?: string;
  /** Real users depend on it: its endpoint and its clock cannot be overridden. */
  readonly production: boolean;
}

/** How SQL reaches the database. */
export type DatabaseVia = (typeof DATABASE_VIAS)[number];
export const DATABASE_VIAS = ["direct", "task"] as const;

/** The caller, as AWS itself names it. */
export interface Caller {
  readonly account: string;
  readonly arn: string;
  /** Where its credentials come from; absent in records of 0.1.0. */
  readonly source?: string;
}

/** How an operator names a target and the routes to it. The configuration decides what is absent. */
export interface TargetOptions {
  readonly target?: string | undefined;
  readonly profile?: string | undefined;
  readonly region?: string | undefined;
  /** Overrides the target and also the journal: a route may fail in the middle of an execution. */
  readonly databaseVia?: DatabaseVia | undefined;
  readonly execVia?: ExecClient | undefined;
  /** Path of Vulcan's migrations.go or of its folder, which says what each Down destroys. */
  readonly migrationsFile?: string | undefined;
  /** The commit that the image was built from, where neither its tag nor a label says it. */
  readonly commit?: string | undefined;
}

/** The client for the protocol of ECS Exec: this program, or AWS's session-manager-plugin. */
export type ExecClient = (typeof EXEC_CLIENTS)[number];
export const EXEC_CLIENTS = ["own", "plugin"] as const;

/** Which questions of a runbook are asked. `gates`: those before it begins and before it migrates. */
export type AskMode = (typeof ASK_MODES)[number];
export const ASK_MODES = ["each", "gates"] as const;
