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
  /** The application's container, where nothing else tells it among several. */
  readonly container?: string;
  /** Where Vulcan itself answers, for its list of migrations. */
  readonly adminUrl?: string;
  /** Who is asked for it, in this order: `api,sql` where nothing is said; `container` starts a process in a task. */
  readonly migrationsFrom?: string;
  /** `task`: by a port session through a running task; else by this machine's own network. */
  readonly databaseVia?: DatabaseVia;
  /** Names of the alarms that a maintenance may mute, with commas. */
  readonly mutedAlarms?: string;
  /** ARN of the SNS topic by which people are told of a maintenance. */
  readonly announceTopic?: string;
  /** Real users depend on it: no overridden endpoint, no set clock. */
  readonly production: boolean;
}

/** How SQL gets to the database. */
export type DatabaseVia = (typeof DATABASE_VIAS)[number];
export const DATABASE_VIAS = ["direct", "task"] as const;

/** Who asks, as AWS itself names the caller. */
export interface Caller {
  readonly account: string;
  readonly arn: string;
}

/** How an operator names a target and the ways into it; what is absent is decided by the configuration. */
export interface TargetOptions {
  readonly target?: string | undefined;
  readonly profile?: string | undefined;
  readonly region?: string | undefined;
  /** Goes before what the target says, also before what a journal says: a route may fail in the middle of an execution. */
  readonly databaseVia?: DatabaseVia | undefined;
  readonly execVia?: ExecClient | undefined;
  /** Path of Vulcan's migrations.go, which says what each Down destroys. */
  readonly migrationsFile?: string | undefined;
}

/** Who speaks the protocol of ECS Exec: this program, or AWS's session-manager-plugin. */
export type ExecClient = (typeof EXEC_CLIENTS)[number];
export const EXEC_CLIENTS = ["own", "plugin"] as const;
