import { defineAction, type StepPlan, type Verdict } from "../../domain/action.ts";
import type { Values } from "../../domain/field.ts";
import { block } from "../../domain/finding.ts";
import type { ActionReadContext, ActionServices, ActionVerifyContext } from "../../domain/services.ts";
import { poll, unlessTransient } from "../poll.ts";
import { guardInputFields, guardInputs, verifyStillHeld, whyTasksMustNotStartNow } from "../task-start-guard.ts";

const inputs = {
  task: { type: "string", required: false, description: "Id of the task. Default is unchanged." },
  protect: { type: "boolean", description: "Whether scale-in and deployments must not stop it." },
  ifThere: {
    type: "boolean",
    required: false,
    description: "Do nothing if the task is gone.",
  },
  forSeconds: { type: "duration", required: false, description: "For how long. Default is 2 hours." },
  ...guardInputFields,
} as const;

type Inputs = Values<typeof inputs>;

interface Observation {
  readonly cluster: string;
  /** Undefined where the task is gone. */
  readonly isProtected: boolean | undefined;
  readonly held: string | undefined;
}

/** ECS's own default, which ECS also accepts in a request. [D] */
const DEFAULT_SECONDS = 7200;
const POLL_MS = 2000;

/** Protects one task of the service from being stopped, or releases it. */
export const protectTask = defineAction<ActionServices, typeof inputs, Observation>({
  name: "ecs.protectTask",
  summary: "Protect one task from scale-in and deployments, or remove the protection.",
  risk: "change",
  requests: ["ecs:UpdateTaskProtection"],
  leaves: () => "protection",
  inputs,
  outputs: {},
  async observe(given, context) {
    const { task, protect } = given;
    const { services, target, pendingStep } = context;
    const { cluster } = target;
    if (!protect && task !== undefined && pendingStep !== undefined) return { kind: "deferred", until: pendingStep };
    const isProtected = task === undefined ? undefined : await services.aws.ecs.isProtected(cluster, task);
    return {
      kind: "observed",
      value: { cluster, isProtected, held: protect ? undefined : await whyTasksMustNotStartNow(given, context) },
    };
  },
  plan: (given, observation) => planProtect(given, observation),
  verify: (given, attempt, context) =>
    attempt.operation === undefined ? verifyStillHeld(given, context) : verifyProtect(given, context),
  async probe(given, _attempt, context) {
    const evidence = `task ${given.task} is ${(await hasProtection(given, context)) ? "" : "not "}as asked for`;
    return { kind: (await hasProtection(given, context)) ? "done" : "notDone", evidence };
  },
});

function planProtect(given: Inputs, { cluster, isProtected, held }: Observation): StepPlan {
  const { task, protect, ifThere, forSeconds = DEFAULT_SECONDS } = given;
  const nothing = { changes: [], findings: [], outputs: {} };
  if (task === undefined) return { ...nothing, summary: "no task was protected" };
  const gone = block("task-gone", `task ${task} is gone`);
  if (isProtected === undefined)
    return { ...nothing, summary: gone.text, findings: protect && ifThere !== true ? [gone] : [] };
  if (isProtected === protect)
    return { ...nothing, summary: `task ${task} is already ${protect ? "protected" : "unprotected"}` };
  if (held !== undefined) return { ...nothing, summary: `task ${task} stays protected`, waitsFor: held };
  const request = (enabled: boolean) => ({
    service: "ecs",
    name: "UpdateTaskProtection",
    input: {
      cluster,
      tasks: [task],
      protectionEnabled: enabled,
      ...(enabled && { expiresInMinutes: Math.ceil(forSeconds / 60) }),
    },
  });
  return {
    ...nothing,
    summary: protect ? `protect task ${task}` : `remove protection of task ${task}`,
    deed: protect
      ? { verb: "protect", past: "protected", object: `task ${task} from scale-in` }
      : { verb: "release", past: "released", object: `task ${task}` },
    changes: [{ subject: `task ${task}`, property: "protection", before: isProtected, after: protect }],
    proposal: {
      operation: request(protect),
      undo: {
        kind: "operation",
        operation: request(!protect),
        with: { task, protect: !protect, ...(!protect && { ifThere: true }), ...guardInputs(given) },
      },
      basis: {},
      consequence: protect ? "protect" : "release",
    },
  };
}

/** A task that is gone needs no release. */
async function hasProtection(
  { task = "", protect }: Inputs,
  { services, target }: ActionReadContext,
): Promise<boolean> {
  return ((await services.aws.ecs.isProtected(target.cluster, task)) ?? false) === protect;
}

function verifyProtect(given: Inputs, context: ActionVerifyContext): Promise<Verdict> {
  const words = given.protect ? "protected" : "no longer protected";
  return poll<Verdict>(context, POLL_MS, async () => {
    if ((await hasProtection(given, context).catch(unlessTransient)) === true)
      return { end: { kind: "true", text: `task ${given.task} is ${words}` } };
    const text = `ECS accepted the request, but task ${given.task} is not ${words}`;
    const late = { kind: "false", failure: { reason: "protection-refused", text, evidence: [], next: [] } } as const;
    return { late, text: `until task ${given.task} is ${words}` };
  });
}
