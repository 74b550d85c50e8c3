import { SECRET_SOURCE } from "../domain/secret-source.ts";

/** What `vulcan-ops.yaml` may contain. The table in docs/configuration.md and the checker both follow this record. */
export interface Setting {
  readonly type: "string" | "boolean" | "pipeline" | "probes" | "tables" | "notices";
  readonly description: string;
  readonly pattern?: RegExp;
  readonly default?: string | boolean;
  /**
   * Set if it decides where credentials or requests go, or starts a process. Such a setting may come only from the
   * user's own file, not from a file of a checkout. With a pattern, this applies only to values that match.
   */
  readonly userOnly?: boolean | RegExp;
  /** With `userOnly`: why, where its name does not tell. */
  readonly why?: string;
}

const NAME = /^[A-Za-z][A-Za-z0-9_-]{0,254}$/;

export const TARGET_SETTINGS = {
  account: {
    type: "string",
    pattern: /^\d{12}$/,
    description: "AWS account id, 12 digits, in quotes; another account is a hard stop",
  },
  region: {
    type: "string",
    pattern: /^[a-z]{2}(-[a-z]+)+-\d$/,
    description: "AWS region; another region is a hard stop",
  },
  cluster: { type: "string", pattern: NAME, default: "vulcan-prod", description: "ECS cluster" },
  service: { type: "string", pattern: NAME, default: "vulcan-prod", description: "ECS service" },
  database: { type: "string", pattern: NAME, default: "vulcan-prod", description: "RDS instance identifier" },
  container: {
    type: "string",
    pattern: /^[\w-]{1,255}$/,
    description: "the application's container, where a task has several and the load balancer does not tell",
  },
  production: {
    type: "boolean",
    description:
      "real users depend on it, as on every real account unless this is false: an overridden endpoint or clock is refused",
  },
  adminUrl: {
    type: "string",
    // A bearer token goes there: only https or this machine, without credentials, query or fragment.
    pattern: /^(https:\/\/[\w.-]+|http:\/\/(localhost|127\.0\.0\.1))(:\d{1,5})?(\/[\w./-]*)?$/,
    userOnly: true,
    description: "https URL of Vulcan, whose admin API lists the migrations; only in your own configuration file",
  },
  adminTokenFrom: {
    type: "string",
    pattern: SECRET_SOURCE,
    userOnly: true,
    why: "it decides which secret is sent to adminUrl",
    description:
      "ARN of a secret, with `#KEY` for a member of its JSON, or of a parameter, that holds the token of the admin API, instead of `VULCAN_ADMIN_TOKEN`; only in your own configuration file",
  },
  databaseUrlFrom: {
    type: "string",
    pattern: SECRET_SOURCE,
    userOnly: true,
    why: "it decides which database gets a password",
    description:
      "ARN of a secret, with `#KEY` for a member of its JSON, or of a parameter, that holds the database's URL, instead of `VULCAN_DATABASE_URL`; only in your own configuration file",
  },
  migrationsFrom: {
    type: "string",
    // Each source at most once.
    pattern: /^(?!.*\b(\w+)\b.*\b\1\b)(api|sql|container)(,(api|sql|container))*$/,
    userOnly: /container/,
    default: "api,sql",
    description:
      "who is asked for the migrations, in this order: of `api`, `sql` and, only in your own configuration file, `container`",
  },
  migrationLock: {
    type: "string",
    // One number, or the two of pg_advisory_lock(int, int).
    pattern: /^(-?\d{1,19}|-?\d{1,10}, ?-?\d{1,10})$/,
    default: "7233001",
    description:
      "key of the advisory lock under which Vulcan migrates, in quotes; a lock of another key is said, and stops nothing",
  },
  databaseVia: {
    type: "string",
    pattern: /^(direct|task)$/,
    userOnly: /task/,
    default: "direct",
    description:
      "how SQL gets to the database: `direct`, by this machine's network; or, only in your own configuration file, `task`, through a running task",
  },
  mutedAlarms: {
    type: "string",
    // Up to a hundred names of CloudWatch alarms. A name cannot contain a comma, because commas separate the names.
    pattern: /^(?=.{1,4096}$)[\w./+@#: -]+(,[\w./+@#: -]+){0,99}$/,
    description: "alarms that a maintenance window mutes, with commas: those alone, and none unless named here",
  },
  announceTopic: {
    type: "string",
    pattern: /^arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[\w-]{1,256}$/,
    description: "ARN of the SNS topic that a maintenance window is announced by, where no webhook is set",
  },
  ask: {
    type: "string",
    pattern: /^(each|gates)$/,
    userOnly: true,
    default: "each",
    description:
      "which steps ask a person: `each`, or `gates`, before it begins and before it migrates; only in your own configuration file",
  },
  requireReason: {
    type: "boolean",
    description:
      "every change but a rollback, a Down, a restore, `undo` and `resume` needs `--reason TEXT`, which is kept in the journal",
  },
  requireApproval: {
    type: "boolean",
    description:
      "the same changes need a saved plan that another person has approved (`run --plan FILE --approval FILE`), or `--emergency REASON`",
  },
  changeCalendar: {
    type: "string",
    pattern: /^arn:aws[a-z-]*:ssm:[a-z0-9-]+:\d{12}:document\/[\w.:/-]{1,128}$/,
    description:
      "ARN of a Change Calendar of Systems Manager: while it is closed, no upgrade, maintenance, Down or cutover begins",
  },
  notices: {
    type: "notices",
    userOnly: true,
    why: "it decides who reads of production",
    description:
      "the channels of notices, and their words: Slack, PagerDuty, SNS ([notices](notices.md)); only in your own configuration file",
  },
  journal: {
    type: "string",
    pattern: /^dynamodb:\/\/[\w.-]{3,255}(\?[\w.@+ %=&-]{1,300})?$/,
    userOnly: true,
    why: "it decides where the records of production are kept, and who continues an execution",
    description:
      "where executions are recorded for all machines, as `dynamodb://vulcan-ops-journal?region=eu-west-1` ([shared journal](shared-journal.md)); only in your own configuration file",
  },
  zone: {
    type: "string",
    pattern: /^(UTC|[A-Za-z_]{1,30}(\/[A-Za-z0-9_+-]{1,30}){1,3})$/,
    description: "IANA time zone of `--window 02:00..04:00`, as `Europe/Berlin`",
  },
  pipeline: {
    type: "pipeline",
    userOnly: true,
    description:
      "`{githubRepository: owner/name, workflow: deploy.yml, tokenFromEnv: GITHUB_TOKEN}`: what builds the image, for `upgrade --follow`; only in your own configuration file",
  },
  reconnects: {
    type: "probes",
    userOnly: true,
    description: "probes that tell what has reconnected after tasks were replaced; only in your own configuration file",
  },
  dataTables: {
    type: "tables",
    description:
      'which tables hold the eight documented kinds of data, for the proof of an upgrade or a window: `{tenants: "tenants,users", assets: …, findings: …, credentials: …, audit: …, documents: …, jobs: …, licences: …}`',
  },
  tags: {
    type: "string",
    pattern: /^[a-z][a-z0-9-]{0,31}(,[a-z][a-z0-9-]{0,31}){0,19}$/,
    description: "words with commas by which a fleet chooses it: `eu,shop` for `tag:eu` ([fleets](fleets.md))",
  },
  profile: {
    type: "string",
    pattern: /^[\w.@+ -]{1,128}$/,
    userOnly: true,
    description: "AWS profile; only in your own configuration file",
  },
} as const satisfies Readonly<Record<string, Setting>>;

export const ROOT_KEYS = ["schemaVersion", "defaultTarget", "journal", "targets"] as const;

export const DEFAULT_TARGET = "vulcan-prod";
