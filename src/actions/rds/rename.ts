import {
  type Attempt,
  type Consequence,
  defineAction,
  type Observed,
  type Probe,
  type StepPlan,
  type Verdict,
} from "../../domain/action.ts";
import type { Instance } from "../../domain/aws/rds.ts";
import { guardError } from "../../domain/error.ts";
import type { Values } from "../../domain/field.ts";
import { block, counted, warn } from "../../domain/finding.ts";
import type { Operation } from "../../domain/operation.ts";
import type { Look, Wait, World } from "../../domain/services.ts";
import { shownBy } from "../../domain/time.ts";
import { tasksAlive } from "../ecs/rollout/snapshot.ts";
import { awaitModifiable } from "./change-settings.ts";
import { awaitName } from "./wait-for-dns.ts";
import { watchInstance } from "./wait-for-instance.ts";

const inputs = {
  from: { type: "string", description: "What the instance is called." },
  to: { type: "string", description: "What it shall be called." },
  resource: { type: "string", required: false, description: "Only if it is the instance with this resource id." },
} as const;

type Inputs = Values<typeof inputs>;

/** The name that dies. */
const consequence: Consequence<typeof inputs> = { of: ["from"], text: ({ from }) => from };

interface Seen {
  readonly now: Instance | undefined;
  /** Whoever has the new name. */
  readonly taken: Instance | undefined;
  /** Tasks of the service that exist still. */
  readonly alive: number;
}

/**
 * Gives an instance another name while nothing of the service runs: one ModifyDBInstance, undone by the old name. Its
 * resource id never changes, and says which instance it is wherever its name has got to.
 */
export const renameInstance = defineAction<World, typeof inputs, Seen>({
  name: "rds.rename",
  summary: "Give an instance another name, while no task of the service runs, and wait until it has it.",
  risk: "change",
  inputs,
  outputs: {},
  consequence,
  observe: (given, looking) => observe(given, looking),
  plan: (given, seen) => planRename(given, seen),
  verify: (given, attempt, waiting) => follow(given, attempt, waiting),
  probe: (given, attempt, looking) => probe(given, attempt, looking),
});

async function observe({ from, to }: Inputs, looking: Look): Promise<Observed<Seen>> {
  const { world, ahead } = looking;
  const [now, taken] = await Promise.all([world.aws.rds.instance(from), world.aws.rds.instance(to)]);
  if (ahead !== undefined)
    return now === undefined || taken !== undefined
      ? { kind: "deferred", until: ahead }
      : { kind: "observed", value: { now, taken, alive: 0 } };
  const ready = now === undefined ? undefined : await awaitModifiable(from, looking);
  return { kind: "observed", value: { now: ready, taken, alive: await tasksAlive(looking) } };
}

const request = (from: string, to: string): Operation => ({
  service: "rds",
  name: "ModifyDBInstance",
  input: { DBInstanceIdentifier: from, NewDBInstanceIdentifier: to, ApplyImmediately: true },
});

function planRename(given: Inputs, seen: Seen): StepPlan {
  const { from, to, resource } = given;
  const { now, taken } = seen;
  const nothing = { changes: [], findings: [], outputs: {} };
  const summary = `instance ${from} → ${to}`;
  if (now === undefined) {
    if (taken !== undefined && taken.resourceId === resource)
      return { ...nothing, summary: `it is called ${to} already`, waitsFor: `${to} is available` };
    throw guardError("instance-gone", `there is no instance ${from}`, ["aws rds describe-db-instances"]);
  }
  const blocked = obstacle(given, seen);
  if (blocked !== undefined) return { ...nothing, summary, findings: [blocked] };
  return {
    ...nothing,
    summary,
    changes: [{ subject: `instance ${now.resourceId}`, property: "name", before: from, after: to }],
    findings: [
      warn("name-dies", `${from} leads nowhere at once, its sessions end, and ${to} leads to it in about 10 min`),
    ],
    proposal: {
      operation: request(from, to),
      undo: {
        kind: "operation",
        operation: request(to, from),
        with: { from: to, to: from, resource: now.resourceId },
      },
      basis: { resource: now.resourceId },
      consequence: consequence.text(given),
    },
  };
}

function obstacle({ from, to, resource }: Inputs, { now, taken, alive }: Seen) {
  if (resource !== undefined && now?.resourceId !== resource)
    return block("foreign-instance", `the instance that is called ${from} is another one by now; it is left alone`);
  if (taken !== undefined) return block("name-taken", `there is an instance ${to} already; it is left alone`);
  if (alive > 0)
    return block(
      "tasks-left",
      `${counted(alive, "task")} of the service would lose the database while they write: none may run`,
      ["aws ecs update-service --cluster CLUSTER --service SERVICE --desired-count 0, then vulcan-ops resume"],
    );
  if (now?.status === "available") return undefined;
  return block("instance-busy", `${from} is ${now?.status}: RDS takes no change now`, ["vulcan-ops resume"]);
}

/** A request until it shows in the status. [O: some seconds] */
const REACTION_MS = 30_000;
const POLL_MS = 5000;
/** One look may fall between the two names, so many do not. */
const LOOKS = 4;

async function probe({ from, to }: Inputs, { basis, confirmedAt }: Attempt, { world, clock }: Look): Promise<Probe> {
  const settled = shownBy(confirmedAt, REACTION_MS, clock.now());
  for (let missed = 0; ; ) {
    const [old, renamed] = await Promise.all([world.aws.rds.instance(from), world.aws.rds.instance(to)]);
    if (renamed?.resourceId === basis?.resource) return { kind: "inProgress", evidence: `it is called ${to}` };
    const isHere = old?.resourceId === basis?.resource;
    if (isHere && (old?.status !== "available" || old.pending.length > 0))
      return { kind: "inProgress", evidence: `${from} is ${old?.status}` };
    if (isHere && clock.now() >= settled)
      return { kind: "notDone", evidence: `it is still called ${from}, and available` };
    missed = isHere ? 0 : missed + 1;
    if (missed === LOOKS) return { kind: "unknown", evidence: `it is called neither ${from} nor ${to}` };
    await clock.sleep(POLL_MS);
  }
}

async function follow({ to, resource }: Inputs, attempt: Attempt, waiting: Wait): Promise<Verdict> {
  const { basis = { resource }, confirmedAt } = attempt;
  const wrong = ({ resourceId }: Instance) =>
    resourceId === basis.resource
      ? undefined
      : { reason: "foreign-instance", text: `${to} is another instance; it is left alone`, evidence: [], next: [] };
  const since = confirmedAt === undefined ? waiting.clock.now() : Date.parse(confirmedAt);
  const verdict = await watchInstance({ name: to, since, wrong, next: [] }, waiting);
  if (verdict.kind !== "true" || to !== waiting.target.database) return verdict;
  return awaitName(to, waiting);
}
