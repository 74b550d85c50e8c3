import { defineAction, type StepPlan, type Verdict } from "../../domain/action.ts";
import { isTransient } from "../../domain/error.ts";
import type { Values } from "../../domain/field.ts";
import { block } from "../../domain/finding.ts";
import type { Look, Wait, World } from "../../domain/services.ts";
import { fitInputs, fitOf, stillHeld, unfitNow } from "../task-start-guard.ts";

const inputs = {
  task: { type: "string", required: false, description: "Id of the task; left out, nothing is changed." },
  protect: { type: "boolean", description: "Whether scaling in and deployments have to leave it alone." },
  ifThere: {
    type: "boolean",
    required: false,
    description: "Do nothing where the task is gone: there is nothing to go back to.",
  },
  forSeconds: { type: "duration", required: false, description: "For how long; two hours where nothing is said." },
  ...fitInputs,
} as const;

type Inputs = Values<typeof inputs>;

interface Seen {
  readonly cluster: string;
  /** Undefined where the task is gone. */
  readonly isProtected: boolean | undefined;
  readonly held: string | undefined;
}

/** ECS's own default, and what it lets through. [D] */
const DEFAULT_SECONDS = 7200;
const POLL_MS = 2000;

/** Keeps one task of the service where it is, or lets it go again. */
export const protectTask = defineAction<World, typeof inputs, Seen>({
  name: "ecs.protectTask",
  summary: "Protect one task against scaling in and deployments, or lift that.",
  risk: "change",
  inputs,
  outputs: {},
  async observe(given, looking) {
    const { task, protect } = given;
    const { world, target, ahead } = looking;
    const { cluster } = target;
    if (!protect && task !== undefined && ahead !== undefined) return { kind: "deferred", until: ahead };
    const isProtected = task === undefined ? undefined : await world.aws.ecs.isProtected(cluster, task);
    return {
      kind: "observed",
      value: { cluster, isProtected, held: protect ? undefined : await unfitNow(given, looking) },
    };
  },
  plan: (given, seen) => planProtect(given, seen),
  verify: (given, attempt, waiting) =>
    attempt.operation === undefined ? stillHeld(given, waiting) : verifyProtect(given, waiting),
  async probe(given, _attempt, looking) {
    const evidence = `task ${given.task} is ${(await isAs(given, looking)) ? "" : "not "}as asked for`;
    return { kind: (await isAs(given, looking)) ? "done" : "notDone", evidence };
  },
});

function planProtect(given: Inputs, { cluster, isProtected, held }: Seen): StepPlan {
  const { task, protect, ifThere, forSeconds = DEFAULT_SECONDS } = given;
  const nothing = { changes: [], findings: [], outputs: {} };
  if (task === undefined) return { ...nothing, summary: "no task was protected" };
  const gone = block("task-gone", `task ${task} is gone`);
  if (isProtected === undefined)
    return { ...nothing, summary: gone.text, findings: protect && ifThere !== true ? [gone] : [] };
  if (isProtected === protect)
    return { ...nothing, summary: `task ${task} is ${protect ? "protected" : "not protected"} already` };
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
    summary: protect ? `keep task ${task} where it is` : `let go of task ${task}`,
    changes: [{ subject: `task ${task}`, property: "protection", before: isProtected, after: protect }],
    proposal: {
      operation: request(protect),
      undo: {
        kind: "operation",
        operation: request(!protect),
        with: { task, protect: !protect, ...(!protect && { ifThere: true }), ...fitOf(given) },
      },
      basis: {},
      consequence: protect ? "protect" : "release",
    },
  };
}

/** A task that is gone needs no letting go. */
async function isAs({ task = "", protect }: Inputs, { world, target }: Look): Promise<boolean> {
  return ((await world.aws.ecs.isProtected(target.cluster, task)) ?? false) === protect;
}

async function verifyProtect(given: Inputs, waiting: Wait): Promise<Verdict> {
  const { clock, deadline, signal, progress } = waiting;
  const words = given.protect ? "protected" : "no longer protected";
  for (;;) {
    const is = await isAs(given, waiting).catch((error: unknown) => {
      if (isTransient(error)) return undefined;
      throw error;
    });
    if (is === true) return { kind: "true", text: `task ${given.task} is ${words}` };
    if (clock.now() >= deadline) {
      const text = `ECS took the request, yet task ${given.task} is not ${words}`;
      return { kind: "false", failure: { reason: "protection-refused", text, evidence: [], next: [] } };
    }
    progress(`until task ${given.task} is ${words}`);
    await clock.sleep(POLL_MS, signal);
  }
}
