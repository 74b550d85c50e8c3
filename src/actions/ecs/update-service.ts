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
import { revisionOf, shortName } from "../../domain/aws/ecs.ts";
import { revisionText } from "../../domain/aws/named-revision.ts";
import { isTransient, usageError } from "../../domain/error.ts";
import type { Values } from "../../domain/field.ts";
import type { Finding, Operation } from "../../domain/operation.ts";
import type { ActionReadContext, ActionServices, ActionVerifyContext } from "../../domain/services.ts";
import { consistentBy } from "../../domain/time.ts";
import { poll } from "../poll.ts";
import { USUAL_SECONDS } from "../usual-durations.ts";
import { deedOf, releasesOf, serviceChanges } from "./revision/service-changes.ts";
import { readUndoPreflight, type UndoPreflight } from "./revision/undo-preflight.ts";
import { assessRollout, isCompleted } from "./rollout/assess.ts";
import { awaitRollout } from "./rollout/monitor.ts";
import { CLOCK_SKEW_MS } from "./rollout/sent-update.ts";
import { primaryOf } from "./rollout/snapshot.ts";
import { inFlightFrom, isStopping, stopRequest } from "./stop-deployment.ts";

const inputs = {
  taskDefinition: { type: "taskDefinition", description: "Revision to deploy." },
  forceNewDeployment: {
    type: "boolean",
    required: false,
    description: "Start new tasks even where ECS would see no difference, as the documented procedure does.",
  },
  by: {
    type: "choice",
    choices: ["auto", "update"],
    required: false,
    description: "auto, the default: cancel the running deployment if it started from that revision.",
  },
  expectTaskDefinition: {
    type: "taskDefinition",
    required: false,
    description: "Continue only while the service runs this revision.",
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

/** The revision, with its family where that changes. It is known once it is registered, even if it is not read yet. */
const consequence: Consequence<typeof inputs> = {
  of: ["taskDefinition"],
  text: ({ taskDefinition }, replaced) => revisionText(shortName(taskDefinition), replaced?.name),
  name: ({ taskDefinition }) => shortName(taskDefinition),
};

const replacedBy = (name: string) => ({ text: String(revisionOf(name)), name });

interface Observation {
  readonly cluster: string;
  readonly service: Service;
  /** The name of the application's container, if it is given. */
  readonly named?: string | undefined;
  readonly isUndo: boolean;
  readonly now: TaskDefinition | undefined;
  readonly wanted: TaskDefinition;
  /** The deployment in flight, if it can be stopped and `by` allows it. */
  readonly stoppable: ServiceDeployment | undefined;
  /** Only for an undo: what a rollback to that revision would have to know. */
  readonly back?: UndoPreflight;
}

/** How long a read may still show the state before an accepted update (eventual consistency, ecs.md §2.7). */
const SETTLE_MS = 30_000;
const POLL_MS = 1000;
const TROUBLE_MS = 5000;

/** Points the service at a task definition, in one UpdateService. The undo names the old task definition. */
export const updateService = defineAction<ActionServices, typeof inputs, Observation>({
  name: "ecs.updateService",
  summary: "Deploy a task definition by a rolling deployment.",
  risk: "change",
  requests: ["ecs:UpdateService", "ecs:StopServiceDeployment"],
  isRescue: true,
  afterwards: ["vulcan-ops watch --for 10m"],
  usualSeconds: () => USUAL_SECONDS.shown,
  inputs,
  outputs: {
    previousTaskDefinition: { type: "taskDefinition", description: "what the service ran before" },
  },
  consequence,

  async replaces(_known, { services, target }) {
    const { taskDefinition } = await services.aws.ecs.service(target.cluster, target.service);
    return replacedBy(taskDefinition);
  },

  async observe({ taskDefinition, by }, context) {
    const { services, target } = context;
    const [service, wanted, stoppable] = await Promise.all([
      services.aws.ecs.service(target.cluster, target.service),
      services.aws.ecs.taskDefinition(taskDefinition),
      by !== "update" ? inFlightFrom(taskDefinition, context) : undefined,
    ]);
    if (wanted === undefined) throw usageError("revision-absent", `there is no task definition ${taskDefinition}`);
    const isBack = context.isUndo === true && service.taskDefinition !== wanted.name;
    const [now, back] = await Promise.all([
      services.aws.ecs.taskDefinition(service.taskDefinition),
      isBack ? readUndoPreflight(service, wanted, context) : undefined,
    ]);
    const isUndo = context.isUndo === true;
    const value = {
      cluster: target.cluster,
      named: target.container,
      isUndo,
      service,
      now,
      wanted,
      stoppable,
      ...(back && { back }),
    };
    return { kind: "observed", value };
  },

  plan: (given, observation) => planUpdate(given, observation),
  verify: (given, attempt, context) => verifyUpdate(given, attempt, context),
  probe: (given, attempt, context) => probeUpdate(given, attempt, context),
});

function planUpdate(given: Inputs, observation: Observation): StepPlan {
  const { service, wanted } = observation;
  const outputs = { previousTaskDefinition: service.taskDefinition };
  if (service.taskDefinition === wanted.name) return planNothing(given, service, wanted.name, outputs);
  const isForeign = foreignController(service).length > 0;
  return {
    summary: `${service.name}: ${releasesOf(observation).change}${observation.stoppable === undefined ? "" : ", by cancelling the deployment"}`,
    deed: deedOf(observation),
    changes: serviceChanges(observation),
    findings: [
      ...(observation.back?.failed ? [observation.back.failed] : []),
      ...findings(given, observation),
      ...(observation.back?.preflight ?? []),
    ],
    outputs,
    // ECS refuses the request: no line of it is shown beside those that help.
    ...(!isForeign && { proposal: propose(given, observation) }),
  };
}

/** The service has the wanted revision already. If the step asks whether that revision serves, wait for it. */
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

function propose(given: Inputs, { cluster, service, wanted, stoppable, back }: Observation): Proposal {
  const force = given.forceNewDeployment === true;
  const previous = service.taskDefinition;
  const replaced = replacedBy(previous);
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
    // Together, all that UpdateService overwrites. Another PRIMARY deployment means that someone has deployed since.
    basis: { taskDefinition: previous, primary: primaryId(service) },
    consequence: `${back?.failed !== undefined ? "redeploy " : ""}${consequence.text(given, replaced)}`,
    consequenceName: wanted.name,
    current: replaced.text,
    currentName: previous,
  };
}

/** The documented command; desiredCount is never sent, so a scaled service keeps its size. */
function request(cluster: string, service: string, taskDefinition: string, forceNewDeployment: boolean): Operation {
  const force = forceNewDeployment ? { forceNewDeployment } : {};
  return { service: "ecs", name: "UpdateService", input: { cluster, service, taskDefinition, ...force } };
}

function findings(given: Inputs, { service, wanted, stoppable }: Observation): Finding[] {
  const found: (Finding | false)[] = [
    wanted.status !== "ACTIVE" && {
      level: "block",
      code: "revision-inactive",
      text: `${wanted.name} is ${wanted.status}: ECS does not start its tasks`,
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
        text: `${service.name} now runs ${service.taskDefinition}, not ${given.expectTaskDefinition}: another operator changed it`,
      },
    given.caution !== undefined && { level: "warn", code: "caution", text: given.caution },
    (service.minimumHealthyPercent ?? 100) < 100 && {
      level: "warn",
      code: "capacity-may-drop",
      text: `${service.name} allows ${service.minimumHealthyPercent} % healthy tasks during a deployment: capacity may drop`,
    },
    stoppable !== undefined && {
      level: "ok",
      code: "deployment-stoppable",
      text: `${service.taskDefinition} is still deploying: ECS can cancel it and restore ${wanted.name} with its full configuration`,
    },
    stoppable === undefined &&
      service.deployments.length > 1 && {
        level: "warn",
        code: "deployment-in-flight",
        text: `${service.taskDefinition} is still deploying; this update replaces that deployment`,
      },
  ];
  return [...foreignController(service), ...found.filter((finding) => finding !== false)];
}

/** A read that fails transiently does not end the wait. */
async function readUnlessTrouble({ services, target, progress }: ActionVerifyContext): Promise<Service | undefined> {
  try {
    return await services.aws.ecs.service(target.cluster, target.service);
  } catch (error) {
    if (!isTransient(error)) throw error;
    progress(`cannot read the service: ${(error as Error).message}`);
    return undefined;
  }
}

function isAccepted(service: Service, taskDefinition: string, attempt: Attempt): boolean {
  return service.taskDefinition === taskDefinition && primaryId(service) !== attempt.basis?.primary;
}

function primaryId(service: Service): string {
  return primaryOf(service)?.id ?? "";
}

async function verifyUpdate(given: Inputs, attempt: Attempt, context: ActionVerifyContext): Promise<Verdict> {
  const accepted = await awaitAccepted(given, attempt, context);
  return accepted.kind === "true" && given.waitForRollout === true
    ? awaitRollout(
        given.taskDefinition,
        attempt.confirmedAt === undefined ? context : { ...context, earlierAttempts: [attempt] },
      )
    : accepted;
}

/** ECS has answered, but reads may lag by seconds. Any deployment but the old one and the wanted one ends the wait. */
async function awaitAccepted(
  { taskDefinition }: Inputs,
  attempt: Attempt,
  context: ActionVerifyContext,
): Promise<Verdict> {
  const { clock } = context;
  let giveUp = clock.now() + SETTLE_MS;
  for (;;) {
    const service = await readUnlessTrouble(context);
    // The time without a network does not count: only a read that succeeds can lag.
    if (service === undefined) giveUp = clock.now() + SETTLE_MS;
    if (service !== undefined && isAccepted(service, taskDefinition, attempt))
      return { kind: "true", text: `${service.name} is set to ${taskDefinition}` };
    const ended = service === undefined ? undefined : endedOtherwise(taskDefinition, service, attempt);
    if (ended !== undefined) return ended;
    const shown = service?.taskDefinition ?? "nothing that can be read";
    if (clock.now() >= Math.min(context.deadline, giveUp)) return notTaken(shown, taskDefinition);
    context.progress(`waiting until ECS shows ${taskDefinition}`);
    await clock.sleep(service === undefined ? TROUBLE_MS : POLL_MS, context.signal);
  }
}

/** The circuit breaker rolled back at once, or someone else deployed. The old deployment itself is a read that lags. */
function endedOtherwise(wanted: string, service: Service, { basis }: Attempt): Verdict | undefined {
  const judgement = assessRollout(wanted, { service, running: [], stopped: [], targets: [] });
  if (judgement.kind !== "failed") return undefined;
  const isOld = primaryOf(service)?.id === basis?.primary && judgement.reason !== "breaker-rollback";
  const { reason, text } = judgement;
  return isOld ? undefined : { kind: "false", failure: { reason, text, evidence: [], next: ["vulcan-ops status"] } };
}

function notTaken(shown: string, wanted: string): Verdict {
  const text = `ECS accepted the request for ${wanted}, but still shows ${shown}`;
  return { kind: "open", failure: { reason: "not-visible", text, evidence: [], next: ["vulcan-ops resume"] } };
}

/**
 * Did the request take effect? Yes, if the history has a deployment of the wanted revision since the confirmation. The
 * PRIMARY's id does not show it: a circuit breaker that rolls back reuses the old id ([O], ecs.md §0).
 */
async function probeUpdate({ taskDefinition }: Inputs, attempt: Attempt, context: ActionReadContext): Promise<Probe> {
  const { services, target, clock } = context;
  const confirmed = Date.parse(attempt.confirmedAt ?? "");
  const since = new Date(confirmed - CLOCK_SKEW_MS).toISOString();
  const deadline = consistentBy(attempt, SETTLE_MS, clock.now());
  return poll<Probe>({ clock, deadline }, POLL_MS, async () => {
    const [service, history] = await Promise.all([
      services.aws.ecs.service(target.cluster, target.service),
      services.aws.ecs.history(target.cluster, target.service),
    ]);
    if (await isStopping(attempt, context))
      return { end: { kind: "done", evidence: "ECS is taking the deployment back, or has done so" } };
    const begun = history.find((row) => row.taskDefinition === taskDefinition && row.createdAt >= since);
    const shown = `${service.name} shows ${service.taskDefinition}, deployment ${primaryId(service)}`;
    if (begun !== undefined)
      return { end: { kind: "done", evidence: `${shown}; ${taskDefinition} was deployed at ${begun.createdAt}` } };
    const isUntouched = primaryId(service) === attempt.basis?.primary;
    const late: Probe = isUntouched
      ? { kind: "notDone", evidence: `${shown}, as before, and no deployment of ${taskDefinition} has begun since` }
      : { kind: "unknown", evidence: `${shown}, and the history knows no deployment of ${taskDefinition} since then` };
    return { late };
  });
}
