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
import type { ActionReadContext, ActionServices, ActionVerifyContext } from "../../domain/services.ts";
import type { Target } from "../../domain/target.ts";
import { consistentBy, utcTime } from "../../domain/time.ts";
import { type Beginning, NOT_BEGUN } from "../nothing-begun.ts";
import { poll } from "../poll.ts";
import { USUAL_SECONDS } from "../usual-durations.ts";
import { requestSettings } from "./copied-settings.ts";
import { replicaFailure } from "./replica.ts";
import { waitForInstance } from "./wait-for-instance.ts";

const inputs = {
  source: { type: "string", description: "The instance that is restored from." },
  to: { type: "time", description: "The moment." },
  name: { type: "string", description: "The new instance." },
} as const;

type Inputs = Values<typeof inputs>;

interface Observation {
  readonly source: Instance | undefined;
  /** The instance that has the name already. */
  readonly taken: Instance | undefined;
  readonly target: Target;
}

/** Restores a new instance beside the source and states the source's settings: one RestoreDBInstanceToPointInTime. */
export const restoreToTime = defineAction<ActionServices, typeof inputs, Observation>({
  name: "rds.restoreToTime",
  summary: "Restore a database as a new instance with the same settings.",
  risk: "change",
  requests: ["rds:RestoreDBInstanceToPointInTime"],
  usualSeconds: () => USUAL_SECONDS.restore,
  inputs,
  outputs: {},

  async observe({ source, name }, { services, target }) {
    const [from, taken] = await Promise.all([services.aws.rds.instance(source), services.aws.rds.instance(name)]);
    return { kind: "observed", value: { source: from, taken, target } };
  },

  plan: (given, observation) => planRestore(given, observation),
  verify: (given, attempt, context) => follow(given, attempt, context),
  probe: (given, attempt, context) => probe(given, attempt, context),
});

function planRestore(given: Inputs, { source, taken, target }: Observation): StepPlan {
  const { name, to } = given;
  const nothing = { changes: [], findings: [], outputs: {} };
  const summary = `${name}, with the data of ${utcTime(to)}`;
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
    ...requestSettings(source),
  };
  return {
    ...nothing,
    summary,
    deed: {
      verb: "restore",
      past: "restored",
      main: true,
      object: id,
      to: `${utcTime(to)} as ${name}`,
      shortTo: utcTime(to),
      at: to,
    },
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
      ok("takes", "usually 15 to 20 min or more; grows with writes since the last snapshot"),
    ],
    proposal: {
      operation: { service: "rds", name: "RestoreDBInstanceToPointInTime", input },
      undo: { kind: "stays", reason: `delete ${name} yourself when done`, command: removal(name, target) },
      basis: { source: resourceId },
      consequence: name,
    },
  };
}

/** The commands to delete the instance. Turn protection off first, because the instance has the source's. */
function removal(name: string, { region }: Target): string {
  const line = (operation: string, input: Readonly<Record<string, string | boolean>>) =>
    awsLine({ service: "rds", name: operation, input: { DBInstanceIdentifier: name, ...input } }, region);
  const unprotect = line("ModifyDBInstance", { DeletionProtection: false, ApplyImmediately: true });
  return `${unprotect} && ${line("DeleteDBInstance", { SkipFinalSnapshot: true })}`;
}

/** How long DescribeDBInstances may lack an instance that has just been made. */
const SETTLE_MS = 30_000;
const POLL_MS = 5000;

/** RDS takes no client token. The request itself sets a tag that shows which attempt made an instance. */
async function probe({ name }: Inputs, attempt: Attempt, { services, clock }: ActionReadContext): Promise<Probe> {
  const deadline = consistentBy(attempt, SETTLE_MS, clock.now());
  return poll<Probe>({ clock, deadline }, POLL_MS, async () => {
    const found = await services.aws.rds.instance(name);
    if (found === undefined) return { late: { kind: "notDone", evidence: `there is no instance ${name}` } };
    return found.madeBy !== undefined && found.madeBy === attempt.key
      ? { end: { kind: "inProgress", evidence: `${name} carries the tag of this attempt and is ${found.status}` } }
      : { end: { kind: "notDone", evidence: `${name} is another's: it has no tag of this attempt` } };
  });
}

async function follow(
  given: Inputs,
  { key, confirmedAt = "" }: Attempt,
  context: ActionVerifyContext,
): Promise<Verdict> {
  const { name } = given;
  const wrong = (made: Instance): Failure | undefined => (made.madeBy === key ? replicaFailure(made) : foreign(name));
  const next = [
    commandLine`aws rds describe-events --source-type db-instance --source-identifier ${name} --duration 1440`,
    removal(name, context.target),
  ];
  const begins = (instance: Instance | undefined): Beginning =>
    instance === undefined ? { asBefore: `there is no instance ${name}` } : "begun";
  const verdict = await waitForInstance({ name, since: Date.parse(confirmedAt), wrong, begins, next }, context);
  if (verdict.kind === "false" && verdict.failure.reason === NOT_BEGUN) return stillComing(name, verdict.failure);
  if (verdict.kind !== "true") return verdict;
  const group = verdict.instance?.parameterGroups[0]?.status;
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

/** RDS may still make it. Then `resume` takes it up; until then a second request would ask for a second instance. */
function stillComing(name: string, failure: Failure): Verdict {
  const look = commandLine`aws rds describe-db-instances --db-instance-identifier ${name}`;
  return { kind: "open", failure: { ...failure, next: ["vulcan-ops resume", look] } };
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
