/** What an operator types in a world, from the first command line to the last. */
export interface Procedure {
  readonly name: string;
  readonly scenario: string;
  readonly commands: readonly (readonly string[])[];
  /** Tasks start together, and PostgreSQL chooses the one that migrates: whose log is read differs. */
  readonly isRaced?: true;
  /** Another procedure does all of this, and more: only `npm run test:all` runs it. */
  readonly isVariant?: true;
  /** Of the target, in `vulcan-ops.yaml`. */
  readonly settings?: Readonly<Record<string, string>>;
}

/** In a command: the ARN of a secret with the restored database's address, made beforehand. */
export const SECRET = "SECRET";

const rollback = (scenario: string, from: number, to: number): Procedure => ({
  name: `rollback-${scenario}`,
  scenario,
  commands: [["rollback", "--yes", "--confirm", String(to), "--expect-current", String(from)]],
});

const reading = (name: string, scenario: string, ...words: readonly string[]): Procedure => ({
  name,
  scenario,
  commands: [words],
});

const DROPS = ["--yes", "--confirm", "drop licences.seats", "--confirm", "41"];
const COPY = ["--latest", "--as", "vulcan-prod-then"];

const CUTOVER = ["--cutover", "revision"];
const TOPIC = "arn:aws:sns:eu-west-1:111122223333:vulcan-prod-alerts";
const ALARM = "vulcan-ops-vulcan-prod.vulcan-prod-connections";
const HOLD = ["tasks=5", "until=+20m", "owner=billing"].flatMap((given) => ["--input", given]);
const IMAGE = ["--image", "111122223333.dkr.ecr.eu-west-1.amazonaws.com/vulcan:2.0.0"];

export const PROCEDURES: readonly Procedure[] = [
  rollback("bad-release", 43, 42),
  { ...rollback("bad-but-healthy", 43, 42), isVariant: true },
  rollback("revert-fails", 43, 42),
  rollback("breaker-rolls-back", 42, 41),
  { ...rollback("no-capacity", 43, 42), isVariant: true },
  rollback("ci-deploys", 43, 42),
  rollback("api-trouble", 43, 42),
  rollback("nothing-to-revert", 1, 1),
  {
    name: "undo-rollback",
    scenario: "bad-but-healthy",
    commands: [
      ["rollback", "--yes", "--confirm", "42", "--expect-current", "43"],
      ["undo", "--yes", "--confirm", "43", "--expect-current", "42"],
    ],
  },
  {
    name: "migrate-down-exec",
    scenario: "bad-but-healthy",
    commands: [["migrate", "down", "2", ...DROPS, "--expect-current", "8"]],
  },
  {
    name: "migrate-down-task",
    scenario: "bad-but-healthy",
    commands: [["migrate", "down", "2", "--via", "task", ...DROPS, "--expect-current", "43"]],
  },
  {
    name: "restore",
    scenario: "healthy",
    isVariant: true,
    commands: [
      ["restore", ...COPY, "--yes"],
      ["undo", "--yes"],
    ],
  },
  {
    name: "restore-cutover-rename",
    scenario: "healthy",
    commands: [["restore", ...COPY, "--cutover", "rename", "--yes", "--confirm", "vulcan-prod"]],
  },
  {
    name: "maintenance",
    scenario: "major-release",
    isVariant: true,
    commands: [["maintenance", "--watch", "15m", "--yes", "--expect-current", "42"]],
  },
  {
    name: "scale-and-hold",
    scenario: "autoscaler-fights",
    commands: [["run", "scale-and-hold", ...HOLD, "--yes", "--expect-current", "43"]],
  },
  {
    name: "upgrade",
    scenario: "major-release",
    isRaced: true,
    isVariant: true,
    commands: [["upgrade", "--to", "43", "--watch", "15m", "--yes", "--confirm", "43", "--expect-current", "42"]],
  },
  {
    name: "upgrade-image",
    scenario: "major-release",
    isRaced: true,
    commands: [["upgrade", ...IMAGE, "--watch", "15m", "--yes", "--confirm", "2.0.0", "--expect-current", "42"]],
  },
  {
    name: "alerts",
    scenario: "breaker-rolls-back",
    commands: [["alerts", "--topic", TOPIC, "--test", "--fire", "connections", "--yes", "--confirm", ALARM]],
  },
  {
    name: "undo-alerts",
    scenario: "breaker-rolls-back",
    commands: [
      ["alerts", "--topic", TOPIC, "--yes"],
      ["undo", "--yes"],
    ],
  },
  {
    name: "rollback-stop-bad-now",
    isVariant: true,
    scenario: "bad-but-healthy",
    commands: [["rollback", "--stop-bad-now", "--yes", "--confirm", "42", "--expect-current", "43"]],
  },
  {
    name: "restore-cutover-revision",
    scenario: "healthy",
    commands: [["restore", ...COPY, ...CUTOVER, "--database-secret", SECRET, "--yes", "--confirm", "vulcan-prod-then"]],
  },
  {
    name: "maintenance-image",
    scenario: "major-release",
    commands: [["maintenance", ...IMAGE, "--watch", "15m", "--yes", "--expect-current", "42"]],
    settings: {
      mutedAlarms: "vulcan-prod-5xx",
      announceTopic: "arn:aws:sns:eu-west-1:111122223333:vulcan-prod-alerts",
    },
  },
  reading("watch", "healthy", "watch", "--for", "10m"),
  reading("status", "bad-release", "status"),
  reading("logs", "bad-release", "logs", "--since", "1h"),
  reading("doctor", "healthy", "doctor"),
  reading("plan", "bad-but-healthy", "plan", "--all"),
];
