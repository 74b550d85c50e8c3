import { room } from "../../checks/deployment/capacity.ts";
import { foreignController } from "../../checks/deployment/controller.ts";
import { images } from "../../checks/revision/images.ts";
import { startFindings } from "../../checks/start-findings.ts";
import { subjectOf } from "../../checks/subject.ts";
import { type Attempt, defineAction, type Probe, type StepPlan, type Verdict } from "../../domain/action.ts";
import { type HistoryRow, revisionOf, type Service } from "../../domain/aws/ecs.ts";
import { block, warn } from "../../domain/finding.ts";
import type { Finding } from "../../domain/operation.ts";
import type { ActionServices, ActionVerifyContext } from "../../domain/services.ts";
import { poll, unlessTransient } from "../poll.ts";
import { USUAL_SECONDS } from "../usual-durations.ts";
import { isCompleted } from "./rollout/assess.ts";
import { CLOCK_SKEW_MS } from "./rollout/sent-update.ts";
import { primaryOf } from "./rollout/snapshot.ts";
import { updateService } from "./update-service.ts";

interface Observation {
  readonly cluster: string;
  readonly service: Service;
  /** What would keep new tasks from starting. */
  readonly start: readonly Finding[];
}

/**
 * Replaces all tasks by new ones of the same revision, in one UpdateService with `forceNewDeployment`. ECS starts new tasks
 * before it stops old ones where the service's percents let it. [D]
 */
export const restartService = defineAction<ActionServices, Record<never, never>, Observation>({
  name: "ecs.restartService",
  summary: "Replace all tasks by new ones of the revision in service.",
  risk: "change",
  isRescue: true,
  requests: ["ecs:UpdateService"],
  afterwards: ["vulcan-ops watch --for 10m"],
  usualSeconds: () => USUAL_SECONDS.rollout,
  inputs: {},
  outputs: { taskDefinition: { type: "taskDefinition", description: "the revision in service" } },

  async replaces(_known, { services, target }) {
    const { taskDefinition } = await services.aws.ecs.service(target.cluster, target.service);
    return { text: String(revisionOf(taskDefinition)), name: taskDefinition };
  },

  async observe(_inputs, context) {
    const { services, target } = context;
    const service = await services.aws.ecs.service(target.cluster, target.service);
    const wanted = await services.aws.ecs.taskDefinition(service.taskDefinition);
    const start =
      wanted === undefined ? [] : await startFindings({ ...subjectOf(context), service, wanted }, [images, room]);
    return { kind: "observed", value: { cluster: target.cluster, service, start } };
  },

  plan: (_inputs, observation) => planRestart(observation),

  verify: (_inputs, attempt, context) => verifyRestart(attempt, context),
  probe: (_inputs, attempt, context) => updateService.probe?.(sent(attempt), attempt, context) ?? NOT_KNOWN,
});

const NOT_KNOWN = Promise.resolve<Probe>({ kind: "unknown", evidence: "an update has no probe" });

/** The request is that of an update, to the revision that the service has. */
const sent = ({ operation }: Attempt): never =>
  ({ taskDefinition: operation?.input.taskDefinition, waitForRollout: true }) as never;

const POLL_MS = 2000;

/**
 * A circuit breaker takes a failed restart back to the deployment before it, of the same revision: tasks and targets then
 * look as after a good one, and the PRIMARY has its old id again ([O], ecs.md §0). The history tells them apart.
 */
async function verifyRestart(attempt: Attempt, context: ActionVerifyContext): Promise<Verdict> {
  const verdict = withoutUndo((await updateService.verify?.(sent(attempt), attempt, context)) ?? notRead);
  if (verdict.kind === "false") return verdict;
  const { services, target } = context;
  const since = new Date(Date.parse(attempt.confirmedAt ?? "") - CLOCK_SKEW_MS).toISOString();
  return poll<Verdict>(context, POLL_MS, async () => {
    const history = await services.aws.ecs.history(target.cluster, target.service).catch(unlessTransient);
    if (history === undefined) return { late: notRead, text: "cannot read the deployments" };
    const ours = history.find(({ createdAt }) => createdAt >= since);
    return { end: ours?.status.startsWith("ROLLBACK_") === true ? takenBack(ours) : verdict };
  });
}

/** The tasks run the same revision: there is nothing to put back. */
function withoutUndo(verdict: Verdict): Verdict {
  if (verdict.kind === "true") return verdict;
  const { failure } = verdict;
  return { ...verdict, failure: { ...failure, next: failure.next.filter((line) => line !== "vulcan-ops undo") } };
}

const notRead: Verdict = {
  kind: "open",
  failure: { reason: "not-read", text: "the deployments cannot be read", evidence: [], next: ["vulcan-ops resume"] },
};

const takenBack = ({ taskDefinition, status }: HistoryRow): Verdict => ({
  kind: "false",
  failure: {
    reason: "breaker-rollback",
    text: `new tasks of ${taskDefinition} failed, and ECS restored the deployment before: the old tasks serve`,
    evidence: [`service deployment: ${status}`],
    next: ["vulcan-ops logs", "vulcan-ops status"],
  },
});

function planRestart({ cluster, service, start }: Observation): StepPlan {
  const { name, taskDefinition, desired } = service;
  const tasks = desired === 1 ? "1 task" : `${desired} tasks`;
  return {
    summary: `${name}: ${tasks} of ${taskDefinition} replaced by new ones`,
    deed: { verb: "restart", past: "restarted", object: `${name} (${tasks} of ${taskDefinition})` },
    changes: [{ subject: `service ${name}`, property: "tasks", before: tasks, after: `${tasks}, started anew` }],
    findings: [...findings(service), ...start],
    outputs: { taskDefinition },
    proposal: {
      operation: {
        service: "ecs",
        name: "UpdateService",
        input: { cluster, service: name, taskDefinition, forceNewDeployment: true },
      },
      undo: { kind: "stays", reason: "the new tasks run the same revision: nothing is to be put back" },
      basis: { taskDefinition, primary: primaryOf(service)?.id ?? "" },
      consequence: name,
      current: String(revisionOf(taskDefinition)),
      currentName: taskDefinition,
    },
  };
}

function findings(service: Service): readonly Finding[] {
  const primary = primaryOf(service);
  const isGoing = service.deployments.length > 1 || (primary !== undefined && !isCompleted(primary, service));
  const percent = service.minimumHealthyPercent ?? 100;
  return [
    ...foreignController(service),
    ...(isGoing
      ? [
          block("deployment-in-flight", `${service.taskDefinition} is still deploying: its tasks are new already`, [
            "vulcan-ops status",
          ]),
        ]
      : []),
    ...(service.desired === 0
      ? [block("no-tasks", `${service.name} is set to 0 tasks: there is nothing to restart`, ["vulcan-ops status"])]
      : []),
    ...(percent < 100
      ? [warn("capacity-may-drop", `${service.name} may run ${percent} % of its tasks meanwhile: capacity may drop`)]
      : []),
  ];
}
