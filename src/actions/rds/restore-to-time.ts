import {
  type Attempt,
  defineAction,
  type Failure,
  type Probe,
  type StepPlan,
  type Verdict,
} from "../../domain/action.ts";
import { awsLine } from "../../domain/aws/cli-command.ts";
import type { Instance } from "../../domain/aws/rds.ts";
import { commandLine } from "../../domain/command-line.ts";
import type { Values } from "../../domain/field.ts";
import { block, ok } from "../../domain/finding.ts";
import type { Look, Wait, World } from "../../domain/services.ts";
import type { Target } from "../../domain/target.ts";
import { shownBy, utcTime } from "../../domain/time.ts";
import { restatedBy } from "./copied-settings.ts";
import { watchInstance } from "./wait-for-instance.ts";

const inputs = {
  source: { type: "string", description: "The instance that is restored from." },
  to: { type: "time", description: "The moment." },
  name: { type: "string", description: "The new instance." },
} as const;

type Inputs = Values<typeof inputs>;

interface Seen {
  readonly source: Instance | undefined;
  /** Whoever has the name already. */
  readonly taken: Instance | undefined;
  readonly target: Target;
}

/** A new instance beside the source, with the source's settings stated: one RestoreDBInstanceToPointInTime. */
export const restoreToTime = defineAction<World, typeof inputs, Seen>({
  name: "rds.restoreToTime",
  summary: "Restore a database to a moment, as a new instance beside it with the same settings, and wait for it.",
  risk: "change",
  inputs,
  outputs: {},

  async observe({ source, name }, { world, target }) {
    const [from, taken] = await Promise.all([world.aws.rds.instance(source), world.aws.rds.instance(name)]);
    return { kind: "observed", value: { source: from, taken, target } };
  },

  plan: (given, seen) => planRestore(given, seen),
  verify: (given, attempt, waiting) => follow(given, attempt, waiting),
  probe: (given, attempt, looking) => probe(given, attempt, looking),
});

function planRestore(given: Inputs, { source, taken, target }: Seen): StepPlan {
  const { name, to } = given;
  const nothing = { changes: [], findings: [], outputs: {} };
  const summary = `${name}: a new instance with what ${given.source} held at ${utcTime(to)}`;
  if (source === undefined)
    return { ...nothing, summary, findings: [block("source-gone", `there is no instance ${given.source}`)] };
  if (taken !== undefined)
    return {
      ...nothing,
      summary,
      findings: [
        block("name-taken", `there is an instance ${name} that this execution did not make; it is left alone`),
      ],
    };
  const { id, resourceId, settings } = source;
  const input = {
    SourceDBInstanceIdentifier: id,
    TargetDBInstanceIdentifier: name,
    RestoreTime: to,
    ...restatedBy(source),
  };
  return {
    ...nothing,
    summary,
    changes: [
      {
        subject: "RDS",
        property: `instance ${name}`,
        before: null,
        after: `${settings.DBInstanceClass}, ${id} as of ${to}`,
      },
    ],
    findings: [
      ok("source-serves", `${id} is not touched, and serves on; nothing points at ${name}`),
      ok(
        "takes",
        "RDS promises no time: 15 to 20 min at least, and longer the more was written since the last snapshot",
      ),
    ],
    proposal: {
      operation: { service: "rds", name: "RestoreDBInstanceToPointInTime", input },
      undo: { kind: "stays", reason: `nothing is ever deleted by this program; ${removal(name, target)}` },
      basis: { source: resourceId },
      consequence: name,
    },
  };
}

/** What whoever no longer wants it has to type: protection comes first, for it has the source's. */
function removal(name: string, { region }: Target): string {
  const line = (operation: string, input: Readonly<Record<string, string | boolean>>) =>
    awsLine({ service: "rds", name: operation, input: { DBInstanceIdentifier: name, ...input } }, region);
  const unprotect = line("ModifyDBInstance", { DeletionProtection: false, ApplyImmediately: true });
  return `${unprotect} && ${line("DeleteDBInstance", { SkipFinalSnapshot: true })}`;
}

/** How long DescribeDBInstances may still lack an instance that has just been made. */
const SETTLE_MS = 30_000;
const POLL_MS = 5000;

/** RDS takes no token: the tag, which comes with the request itself, says whose an instance is. */
async function probe({ name }: Inputs, { key, confirmedAt }: Attempt, { world, clock }: Look): Promise<Probe> {
  const settled = shownBy(confirmedAt, SETTLE_MS, clock.now());
  for (;;) {
    const found = await world.aws.rds.instance(name);
    if (found?.madeBy !== undefined && found.madeBy === key)
      return { kind: "inProgress", evidence: `${name} carries the tag of this attempt and is ${found.status}` };
    if (found !== undefined)
      return { kind: "notDone", evidence: `${name} is another's: it has no tag of this attempt` };
    if (clock.now() >= settled) return { kind: "notDone", evidence: `there is no instance ${name}` };
    await clock.sleep(POLL_MS);
  }
}

async function follow(given: Inputs, { key, confirmedAt = "" }: Attempt, waiting: Wait): Promise<Verdict> {
  const { name } = given;
  const wrong = ({ madeBy }: Instance): Failure | undefined => (madeBy === key ? undefined : foreign(name));
  const next = [
    commandLine`aws rds describe-events --source-type db-instance --source-identifier ${name} --duration 1440`,
    removal(name, waiting.target),
  ];
  const verdict = await watchInstance({ name, since: Date.parse(confirmedAt), wrong, next }, waiting);
  if (verdict.kind !== "true") return verdict;
  const group = verdict.instance?.parameterStatus;
  const reboot =
    group === "pending-reboot"
      ? commandLine`; its parameter group wants a reboot: aws rds reboot-db-instance --db-instance-identifier ${name}`
      : "";
  const cold =
    verdict.instance?.storage?.status === "Initializing"
      ? "; its storage is still being filled, so first reads are slow"
      : "";
  return { kind: "true", text: `${verdict.text}; ${given.source} serves on${cold}${reboot}` };
}

function foreign(name: string): Failure {
  const text = `the instance that is called ${name} is not the one that this execution made; it is left alone`;
  return {
    reason: "foreign-instance",
    text,
    evidence: [],
    next: [commandLine`aws rds describe-db-instances --db-instance-identifier ${name}`],
  };
}
