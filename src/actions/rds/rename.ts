import {
  type Attempt,
  type Consequence,
  defineAction,
  type Observed,
  type Probe,
  type StepPlan,
  type Verdict,
} from "../../domain/action.ts";
import { type BlueGreen, type Instance, isBeingRenamed } from "../../domain/aws/rds.ts";
import { guardError } from "../../domain/error.ts";
import type { Values } from "../../domain/field.ts";
import { block, counted, warn } from "../../domain/finding.ts";
import type { Json } from "../../domain/json.ts";
import type { Operation } from "../../domain/operation.ts";
import type { ActionReadContext, ActionServices, ActionVerifyContext } from "../../domain/services.ts";
import { consistentBy } from "../../domain/time.ts";
import { tasksAlive } from "../ecs/rollout/snapshot.ts";
import type { Beginning } from "../nothing-begun.ts";
import { USUAL_SECONDS } from "../usual-durations.ts";
import { blueGreenFindings } from "./blue-green-findings.ts";
import { awaitModifiable, busyInstance, SHOWN_AFTER_MS } from "./change-settings.ts";
import { replicaText } from "./replica.ts";
import { waitForDns } from "./wait-for-dns.ts";
import { isEnd, waitForInstance } from "./wait-for-instance.ts";

const inputs = {
  from: { type: "string", description: "What the instance is called." },
  to: { type: "string", description: "What it shall be called." },
  resource: { type: "string", required: false, description: "Only if it is the instance with this resource id." },
} as const;

type Inputs = Values<typeof inputs>;

/** The name that stops resolving. */
const consequence: Consequence<typeof inputs> = { of: ["from"], text: ({ from }) => from };

interface Observation {
  readonly now: Instance | undefined;
  /** The instance that has the new name already. */
  readonly taken: Instance | undefined;
  /** Tasks of the service that still exist. */
  readonly alive: number;
  readonly blueGreen: readonly BlueGreen[] | Error;
}

/**
 * Renames an instance while no task of the service runs, in one ModifyDBInstance. The undo restores the old name. The
 * resource id never changes, and identifies the instance under any name.
 */
export const renameInstance = defineAction<ActionServices, typeof inputs, Observation>({
  name: "rds.rename",
  summary: "Rename an instance while no task runs, and wait for the new name.",
  risk: "change",
  requests: ["rds:ModifyDBInstance"],
  usualSeconds: () => USUAL_SECONDS.rename,
  shownAfterMs: SHOWN_AFTER_MS,
  inputs,
  outputs: {},
  consequence,
  observe: (given, context) => observe(given, context),
  plan: (given, observation) => planRename(given, observation),
  verify: (given, attempt, context) => follow(given, attempt, context),
  busy: busyInstance(({ from }) => from),
  probe: (given, attempt, context) => probe(given, attempt, context),
});

async function observe({ from, to }: Inputs, context: ActionReadContext): Promise<Observed<Observation>> {
  const { services, pendingStep, isSnapshot } = context;
  const { rds } = services.aws;
  const read = () =>
    Promise.all([rds.instance(from), rds.instance(to), rds.blueGreen(from).catch((error: Error) => error)]);
  let [now, taken, blueGreen] = await read();
  if (pendingStep !== undefined)
    return now === undefined || taken !== undefined
      ? { kind: "deferred", until: pendingStep }
      : { kind: "observed", value: { now, taken, alive: 0, blueGreen } };
  if (now === undefined && taken !== undefined && isBeingRenamed(taken)) {
    await awaitModifiable(to, context);
    [now, taken, blueGreen] = isSnapshot ? [taken, undefined, blueGreen] : await read();
  }
  // A plan shows what will be asked once the instance is ready: its turn waits for that.
  const ready = now && (isSnapshot ? onceReady(now) : await awaitModifiable(from, context));
  return { kind: "observed", value: { now: ready, taken, alive: await tasksAlive(context), blueGreen } };
}

const onceReady = (instance: Instance): Instance =>
  isEnd(instance.status) || instance.status === "stopped" ? instance : { ...instance, status: "available" };

const request = (from: string, to: string): Operation => ({
  service: "rds",
  name: "ModifyDBInstance",
  input: { DBInstanceIdentifier: from, NewDBInstanceIdentifier: to, ApplyImmediately: true },
});

function planRename(given: Inputs, observation: Observation): StepPlan {
  const { from, to, resource } = given;
  const { now, taken } = observation;
  const nothing = { changes: [], findings: [], outputs: {} };
  const summary = `instance ${from} → ${to}`;
  if (now === undefined) {
    if (taken !== undefined && isBeingRenamed(taken))
      return {
        ...nothing,
        summary,
        findings: [block("instance-busy", busyText(to, taken.status), ["vulcan-ops resume"])],
      };
    if (taken !== undefined && taken.resourceId === resource)
      return { ...nothing, summary: `the instance is already called ${to}`, waitsFor: `${to} is available` };
    throw guardError("instance-gone", `there is no instance ${from}`, ["aws rds describe-db-instances"]);
  }
  const ofMembers = blueGreenFindings(from, observation.blueGreen, "rename");
  const blocked = obstacle(given, observation) ?? ofMembers.find(({ level }) => level === "block");
  if (blocked !== undefined) return { ...nothing, summary, findings: [blocked] };
  return {
    ...nothing,
    summary,
    deed: { verb: "rename", past: "renamed", object: `instance ${from}`, to },
    changes: [{ subject: `instance ${now.resourceId}`, property: "name", before: from, after: to }],
    findings: [warn("name-dies", `${from} stops resolving at once, and sessions end: ${to} resolves in about 10 min`)],
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

function obstacle({ from, to, resource }: Inputs, { now, taken, alive }: Observation) {
  if (resource !== undefined && now?.resourceId !== resource)
    return block("foreign-instance", `the instance that is called ${from} is another one by now; it is left alone`);
  if (taken !== undefined) return block("name-taken", `there is an instance ${to} already; it is left alone`);
  if (now?.replicaOf !== undefined) return block("instance-is-replica", replicaText(now));
  if (alive > 0)
    return block(
      "tasks-left",
      `${counted(alive, "task")} of the service would lose the database while they write: none may run`,
      ["aws ecs update-service --cluster CLUSTER --service SERVICE --desired-count 0", "vulcan-ops resume"],
    );
  if (now?.status === "available") return undefined;
  return block("instance-busy", busyText(from, now?.status), ["vulcan-ops resume"]);
}

const busyText = (name: string, status: string | undefined): string => `${name} is ${status}: RDS takes no change now`;

/** Time until a request shows in the status. [O: some seconds] */
const REACTION_MS = 30_000;
const POLL_MS = 5000;
/** One read may fall between the two names, but so many do not. */
const MOST_MISSED = 4;

async function probe({ from, to }: Inputs, attempt: Attempt, { services, clock }: ActionReadContext): Promise<Probe> {
  const { basis } = attempt;
  const settled = consistentBy(attempt, REACTION_MS, clock.now());
  for (let missed = 0; ; ) {
    const [old, renamed] = await Promise.all([services.aws.rds.instance(from), services.aws.rds.instance(to)]);
    if (renamed?.resourceId === basis?.resource) return { kind: "inProgress", evidence: `it is called ${to}` };
    const isHere = old?.resourceId === basis?.resource;
    if (isHere && (old?.status !== "available" || old.pending.length > 0))
      return { kind: "inProgress", evidence: `${from} is ${old?.status}` };
    if (isHere && clock.now() >= settled)
      return { kind: "notDone", evidence: `it is still called ${from}, and available` };
    missed = isHere ? 0 : missed + 1;
    if (missed === MOST_MISSED) return { kind: "unknown", evidence: `it is called neither ${from} nor ${to}` };
    await clock.sleep(POLL_MS);
  }
}

async function follow(given: Inputs, attempt: Attempt, context: ActionVerifyContext): Promise<Verdict> {
  const { to, resource } = given;
  const { basis = { resource }, confirmedAt } = attempt;
  const wrong = ({ resourceId }: Instance) =>
    resourceId === basis.resource
      ? undefined
      : { reason: "foreign-instance", text: `${to} is another instance; it is left alone`, evidence: [], next: [] };
  const since = confirmedAt === undefined ? context.clock.now() : Date.parse(confirmedAt);
  const begins = async (renamed: Instance | undefined): Promise<Beginning> =>
    renamed === undefined ? readOldName(given.from, basis.resource, since, context) : "begun";
  const isSent = attempt.operation !== undefined;
  const verdict = await waitForInstance({ name: to, since, wrong, next: [], ...(isSent && { begins }) }, context);
  if (verdict.kind !== "true" || to !== context.target.database) return verdict;
  return waitForDns(to, context);
}

/** The instance still has its old name, takes requests, and has no change before it. */
async function readOldName(
  from: string,
  resource: Json | undefined,
  since: number,
  { services }: ActionReadContext,
): Promise<Beginning> {
  const { rds } = services.aws;
  const [old, events] = await Promise.all([
    rds.instance(from).catch(() => "unread" as const),
    rds.events(from, since).catch(() => undefined),
  ]);
  if (old === "unread") return old;
  if (old?.resourceId !== resource || old?.status !== "available" || old.pending.length > 0) return "begun";
  if (events?.some(({ text }) => /renam/i.test(text)) === true) return "begun";
  const told = events === undefined ? "its events cannot be read" : "no event tells of a rename";
  return { asBefore: `the instance is still called ${from}, is available with nothing pending, and ${told}` };
}
