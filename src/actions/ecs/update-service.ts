import { foreignController } from "../../checks/deployment/controller.ts";
import {
  type Attempt,
  type Consequence,
  defineAction,
  type Probe,
  type Proposal,
  type StepPlan,
  type Verdict,
} from "../../domain/action.ts";
import type { Service, ServiceDeployment, TaskDefinition } from "../../domain/aws/ecs.ts";
import { revisionOf } from "../../domain/aws/ecs.ts";
import { isTransient, usageError } from "../../domain/error.ts";
import type { Values } from "../../domain/field.ts";
import type { Change, Finding, Operation } from "../../domain/operation.ts";
import type { Look, Wait, World } from "../../domain/services.ts";
import { shownBy } from "../../domain/time.ts";
import { CLOCK_SKEW_MS } from "../rollout/asked.ts";
import { definitionChanges } from "./revision/definition-diff.ts";
import { lookBack, type TakingBack } from "./revision/take-back.ts";
import { isCompleted, judge } from "./rollout/assess.ts";
import { awaitRollout } from "./rollout/monitor.ts";
import { primaryOf } from "./rollout/snapshot.ts";
import { inFlightFrom, isStopping, stopRequest } from "./stop-deployment.ts";

const inputs = {
  taskDefinition: { type: "taskDefinition", description: "What the service shall run." },
  forceNewDeployment: {
    type: "boolean",
    required: false,
    description: "Start new tasks even where ECS would see no difference, as the documented procedure does.",
  },
  by: {
    type: "choice",
    choices: ["auto", "update"],
    required: false,
    description: "auto, the default: where the deployment in flight began from that revision, stop it instead.",
  },
  expectTaskDefinition: {
    type: "taskDefinition",
    required: false,
    description: "Go on only while the service still runs this.",
  },
  caution: {
    type: "string",
    required: false,
    description: "What an earlier check wants to be read before the answer; shown as a warning of this step.",
  },
  waitForRollout: {
    type: "boolean",
    required: false,
    description: "Prove the whole rollout, not only that ECS accepted the update.",
  },
} as const;

type Inputs = Values<typeof inputs>;

/** The revision, which is also known where it is registered but not read yet. */
const consequence: Consequence<typeof inputs> = {
  of: ["taskDefinition"],
  text: ({ taskDefinition }) => String(revisionOf(taskDefinition)),
};

interface Seen {
  readonly cluster: string;
  readonly service: Service;
  readonly now: TaskDefinition | undefined;
  readonly wanted: TaskDefinition;
  /** The deployment in flight, if it can be stopped and `by` allows it. */
  readonly stoppable: ServiceDeployment | undefined;
  /** Of an undo: what a rollback to that revision would have to know. */
  readonly back?: TakingBack;
}

/** How long a read may still show the world before an accepted update (eventual consistency, ecs.md §2.7). */
const SETTLE_MS = 30_000;
const POLL_MS = 1000;
const TROUBLE_MS = 5000;

/** Points the service at a task definition: one UpdateService, undone by one that names the old task definition. */
export const updateService = defineAction<World, typeof inputs, Seen>({
  name: "ecs.updateService",
  summary: "Point the service at a task definition (rolling deployment).",
  risk: "change",
  afterwards: ["vulcan-ops watch --for 10m"],
  inputs,
  outputs: {
    previousTaskDefinition: { type: "taskDefinition", description: "what the service ran before" },
  },
  consequence,

  async replaces(_known, { world, target }) {
    const { taskDefinition } = await world.aws.ecs.service(target.cluster, target.service);
    return String(revisionOf(taskDefinition));
  },

  async observe({ taskDefinition, by }, looking) {
    const { world, target } = looking;
    const [service, wanted, stoppable] = await Promise.all([
      world.aws.ecs.service(target.cluster, target.service),
      world.aws.ecs.taskDefinition(taskDefinition),
      by !== "update" ? inFlightFrom(taskDefinition, looking) : undefined,
    ]);
    if (wanted === undefined) throw usageError("revision-absent", `there is no task definition ${taskDefinition}`);
    const isBack = looking.takesBack === true && service.taskDefinition !== wanted.name;
    const [now, back] = await Promise.all([
      world.aws.ecs.taskDefinition(service.taskDefinition),
      isBack ? lookBack(service, wanted, looking) : undefined,
    ]);
    const value = { cluster: target.cluster, service, now, wanted, stoppable, ...(back && { back }) };
    return { kind: "observed", value };
  },

  plan: (given, seen) => planUpdate(given, seen),
  verify: (given, attempt, waiting) => verifyUpdate(given, attempt, waiting),
  probe: (given, attempt, looking) => probeUpdate(given, attempt, looking),
});

function planUpdate(given: Inputs, seen: Seen): StepPlan {
  const { service, wanted } = seen;
  const outputs = { previousTaskDefinition: service.taskDefinition };
  if (service.taskDefinition === wanted.name) return planNothing(given, service, wanted.name, outputs);
  return {
    summary: `${service.name}: ${service.taskDefinition} → ${wanted.name}`,
    changes: changes(seen),
    findings: [
      ...(seen.back?.failed ? [seen.back.failed] : []),
      ...findings(given, seen),
      ...(seen.back?.preflight ?? []),
    ],
    outputs,
    proposal: propose(given, seen),
  };
}

/** The name says what is wanted; whether that serves is another matter, and where it is asked for it is waited for. */
function planNothing(
  { waitForRollout }: Inputs,
  service: Service,
  wanted: string,
  outputs: StepPlan["outputs"],
): StepPlan {
  const primary = primaryOf(service);
  const runs = primary !== undefined && isCompleted(primary, service);
  const summary = `${service.name} ${runs ? "already runs" : "is already set to"} ${wanted}`;
  const nothing = { summary, changes: [], findings: [], outputs };
  return waitForRollout === true
    ? { ...nothing, waitsFor: `${wanted} serves on every task of ${service.name}` }
    : nothing;
}

function propose(given: Inputs, { cluster, service, wanted, stoppable, back }: Seen): Proposal {
  const force = given.forceNewDeployment === true;
  const previous = service.taskDefinition;
  return {
    operation:
      stoppable === undefined ? request(cluster, service.name, wanted.name, force) : stopRequest(stoppable.arn),
    undo: {
      kind: "operation",
      operation: request(cluster, service.name, previous, force),
      with: {
        taskDefinition: previous,
        forceNewDeployment: force,
        by: "update",
        expectTaskDefinition: wanted.name,
        waitForRollout: true,
      },
    },
    // The whole of what UpdateService overwrites: another PRIMARY deployment means that somebody deployed since.
    basis: { taskDefinition: previous, primary: primaryId(service) },
    consequence: `${back?.failed !== undefined ? "redeploy " : ""}${consequence.text(given)}`,
    current: String(revisionOf(previous)),
  };
}

/** The documented command; desiredCount is never sent, so a scaled service keeps its size. */
function request(cluster: string, service: string, taskDefinition: string, forceNewDeployment: boolean): Operation {
  const force = forceNewDeployment ? { forceNewDeployment } : {};
  return { service: "ecs", name: "UpdateService", input: { cluster, service, taskDefinition, ...force } };
}

function changes({ service, now, wanted }: Seen): Change[] {
  const subject = `service ${service.name}`;
  const definition = { subject, property: "task definition", before: service.taskDefinition, after: wanted.name };
  const images = wanted.containers.flatMap(({ name, image }) => {
    const before = now?.containers.find((container) => container.name === name)?.image ?? null;
    return before === image ? [] : [{ subject, property: `image of ${name}`, before, after: image }];
  });
  return [definition, ...images, ...(now === undefined ? [] : definitionChanges(now, wanted))];
}

function findings(given: Inputs, { service, wanted, stoppable }: Seen): Finding[] {
  const found: (Finding | false)[] = [
    wanted.status !== "ACTIVE" && {
      level: "block",
      code: "revision-inactive",
      text: `${wanted.name} is ${wanted.status}: ECS does not start tasks of it`,
    },
    service.status !== "ACTIVE" && {
      level: "block",
      code: "service-not-active",
      text: `${service.name} is ${service.status}`,
    },
    given.expectTaskDefinition !== undefined &&
      given.expectTaskDefinition !== service.taskDefinition && {
        level: "block",
        code: "changed-since",
        text: `${service.name} now runs ${service.taskDefinition}, not ${given.expectTaskDefinition}: somebody else has changed it since`,
      },
    given.caution !== undefined && { level: "warn", code: "caution", text: given.caution },
    service.minimumHealthyPercent < 100 && {
      level: "warn",
      code: "capacity-may-drop",
      text: `${service.name} allows ${service.minimumHealthyPercent} % healthy tasks during a deployment: capacity may drop`,
    },
    stoppable !== undefined && {
      level: "ok",
      code: "deployment-stoppable",
      text: `the deployment of ${service.taskDefinition} is in flight and began from ${wanted.name}: stopping it brings back the whole configuration that ran before`,
    },
    stoppable === undefined &&
      service.deployments.length > 1 && {
        level: "warn",
        code: "deployment-in-flight",
        text: `a deployment of ${service.taskDefinition} is in progress; this update replaces it`,
      },
  ];
  return [...foreignController(service), ...found.filter((finding) => finding !== false)];
}

/** A read that fails for a passing reason does not end the wait. */
async function readUnlessTrouble({ world, target, progress }: Wait): Promise<Service | undefined> {
  try {
    return await world.aws.ecs.service(target.cluster, target.service);
  } catch (error) {
    if (!isTransient(error)) throw error;
    progress(`cannot see the service just now: ${(error as Error).message}`);
    return undefined;
  }
}

function isAccepted(service: Service, taskDefinition: string, attempt: Attempt): boolean {
  return service.taskDefinition === taskDefinition && primaryId(service) !== attempt.basis?.primary;
}

function primaryId(service: Service): string {
  return primaryOf(service)?.id ?? "";
}

async function verifyUpdate(given: Inputs, attempt: Attempt, waiting: Wait): Promise<Verdict> {
  const accepted = await awaitAccepted(given, attempt, waiting);
  return accepted.kind === "true" && given.waitForRollout === true
    ? awaitRollout(
        given.taskDefinition,
        attempt.confirmedAt === undefined ? waiting : { ...waiting, earlier: [attempt] },
      )
    : accepted;
}

/** ECS answered; reads may lag behind by seconds. Anything but the old deployment and the wanted one ended it. */
async function awaitAccepted({ taskDefinition }: Inputs, attempt: Attempt, waiting: Wait): Promise<Verdict> {
  const { clock } = waiting;
  let giveUp = clock.now() + SETTLE_MS;
  for (;;) {
    const service = await readUnlessTrouble(waiting);
    // Only what can be seen can lag: the time without a network does not count.
    if (service === undefined) giveUp = clock.now() + SETTLE_MS;
    if (service !== undefined && isAccepted(service, taskDefinition, attempt))
      return { kind: "true", text: `${service.name} is set to ${taskDefinition}` };
    const ended = service === undefined ? undefined : endedOtherwise(taskDefinition, service, attempt);
    if (ended !== undefined) return ended;
    const shown = service?.taskDefinition ?? "nothing that can be read";
    if (clock.now() >= Math.min(waiting.deadline, giveUp)) return notTaken(shown, taskDefinition);
    waiting.progress(`waiting until ECS shows ${taskDefinition}`);
    await clock.sleep(service === undefined ? TROUBLE_MS : POLL_MS, waiting.signal);
  }
}

/** The circuit breaker went back at once, or somebody else deployed; the old deployment itself is a read that lags. */
function endedOtherwise(wanted: string, service: Service, { basis }: Attempt): Verdict | undefined {
  const judgement = judge(wanted, { service, running: [], stopped: [], targets: [] });
  if (judgement.kind !== "failed") return undefined;
  const isOld = primaryOf(service)?.id === basis?.primary && judgement.reason !== "breaker-rollback";
  const { reason, text } = judgement;
  return isOld
    ? undefined
    : { kind: "false", failure: { reason, text, evidence: [], next: ["vulcan-ops rollback --dry-run"] } };
}

function notTaken(shown: string, wanted: string): Verdict {
  const text = `ECS took the request for ${wanted}, yet still shows ${shown}`;
  return { kind: "open", failure: { reason: "not-visible", text, evidence: [], next: ["vulcan-ops resume"] } };
}

/**
 * Did the request take effect? The history of deployments tells: one of the wanted revision, begun since the
 * confirmation. The PRIMARY's id does not, because a circuit breaker that goes back re-uses the old one ([O], ecs.md §0).
 */
async function probeUpdate({ taskDefinition }: Inputs, attempt: Attempt, looking: Look): Promise<Probe> {
  const { world, target, clock } = looking;
  const confirmed = Date.parse(attempt.confirmedAt ?? "");
  const since = new Date(confirmed - CLOCK_SKEW_MS).toISOString();
  const settled = shownBy(attempt.confirmedAt, SETTLE_MS, clock.now());
  for (;;) {
    const [service, history] = await Promise.all([
      world.aws.ecs.service(target.cluster, target.service),
      world.aws.ecs.history(target.cluster, target.service),
    ]);
    if (await isStopping(attempt, looking))
      return { kind: "done", evidence: "ECS is taking the deployment back, or has done so" };
    const begun = history.find((row) => row.taskDefinition === taskDefinition && row.createdAt >= since);
    const shown = `${service.name} shows ${service.taskDefinition}, deployment ${primaryId(service)}`;
    if (begun !== undefined)
      return { kind: "done", evidence: `${shown}; ${taskDefinition} was deployed at ${begun.createdAt}` };
    const isUntouched = primaryId(service) === attempt.basis?.primary;
    if (clock.now() >= settled) {
      return isUntouched
        ? { kind: "notDone", evidence: `${shown}, as before, and no deployment of ${taskDefinition} has begun since` }
        : {
            kind: "unknown",
            evidence: `${shown}, and the history knows no deployment of ${taskDefinition} since then`,
          };
    }
    await clock.sleep(POLL_MS);
  }
}
