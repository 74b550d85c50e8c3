import { type Attempt, defineAction, type Probe, type StepPlan, type Verdict } from "../../domain/action.ts";
import { type ContainerChoice, chooseContainer } from "../../domain/aws/application-container.ts";
import type { Edit } from "../../domain/aws/copy-revision.ts";
import { familyOf, type TaskDefinition } from "../../domain/aws/ecs.ts";
import { EXECUTION_TAG } from "../../domain/aws/execution-tag.ts";
import { usageError } from "../../domain/error.ts";
import type { Values } from "../../domain/field.ts";
import type { Change } from "../../domain/operation.ts";
import type { ActionReadContext, ActionServices } from "../../domain/services.ts";
import { consistentBy } from "../../domain/time.ts";
import { poll } from "../poll.ts";
import { editsOf, namesIn } from "./revision/definition-edits.ts";

const inputs = {
  from: { type: "taskDefinition", required: false, description: "Revision to copy. Default is the current one." },
  image: { type: "string", required: false, description: "Image of the application's container." },
  databaseFrom: { type: "string", required: false, description: "Old address, as host:port." },
  databaseTo: { type: "string", required: false, description: "New address, as host:port." },
  databaseSecret: { type: "arn", required: false, description: "Secret with the address." },
  leave: { type: "string", required: false, description: "Variables that stay unchanged, comma-separated." },
} as const;

type Inputs = Values<typeof inputs>;

interface Observation {
  readonly definition: TaskDefinition;
  readonly choice: ContainerChoice;
  readonly tags: Readonly<Record<string, string>>;
}

/**
 * Registers a copy of a revision with another image or another database, in one RegisterTaskDefinition. The copy is
 * made by reference, so no value of a variable is shown or kept. No service runs it yet.
 */
export const copyRevision = defineAction<ActionServices, typeof inputs, Observation>({
  name: "ecs.copyRevision",
  summary: "Register a copy of a task definition with another image or database.",
  risk: "change",
  requests: ["ecs:RegisterTaskDefinition"],
  inputs,
  outputs: { taskDefinition: { type: "taskDefinition", description: "the copy" } },

  async observe({ from, image }, { services, target }) {
    const service = await services.aws.ecs.service(target.cluster, target.service);
    const name = from ?? service.taskDefinition;
    const definition = await services.aws.ecs.taskDefinition(name);
    if (definition === undefined) throw usageError("revision-absent", `there is no task definition ${name}`);
    const { balancers } = service;
    const choice = chooseContainer({ named: target.container, balancers, containers: definition.containers });
    const tags = (image !== undefined && definition.tags) || {};
    return { kind: "observed", value: { definition, choice, tags } };
  },

  plan: (given, observation) => planCopy(given, observation),
  verify: (given, attempt, context) => verifyCopy(given, attempt, context),
  probe: (given, attempt, context) => probeCopy(given, attempt, context),
});

function planCopy(given: Inputs, { definition, choice, tags }: Observation): StepPlan {
  const { edits, findings } = editsOf(definition, { ...given, leave: namesIn(given.leave), choice, tags });
  const nothing = { changes: [], findings, outputs: {} };
  if (findings.length > 0) return { ...nothing, summary: `a copy of ${definition.name}` };
  if (edits.length === 0 && definition.status === "ACTIVE")
    return {
      ...nothing,
      summary: `${definition.name} needs no change`,
      outputs: { taskDefinition: definition.name },
    };
  const input = { copyOf: definition.name, edits: edits.map((edit) => ({ ...edit })) };
  return {
    ...nothing,
    summary: `a new revision of ${familyOf(definition.name)}, a copy of ${definition.name}`,
    deed: { verb: "register", past: "registered", object: `a copy of ${definition.name}` },
    changes: [
      {
        subject: familyOf(definition.name),
        property: "new revision",
        before: null,
        after: `a copy of ${definition.name}`,
      },
      ...edits.map((edit) => changeOf(edit, definition, tags)),
    ],
    proposal: {
      operation: { service: "ecs", name: "RegisterTaskDefinition", input },
      undo: {
        kind: "stays",
        reason: "an unused revision does nothing; aws ecs deregister-task-definition removes it",
      },
      basis: { copyOf: definition.name },
      consequence: familyOf(definition.name),
    },
  };
}

function changeOf(edit: Edit, { name, containers }: TaskDefinition, tags: Observation["tags"]): Change {
  if (edit.member === "tags")
    return { subject: familyOf(name), property: `tag ${edit.name}`, before: tags[edit.name] ?? null, after: null };
  const subject = `container ${edit.container}`;
  const now = containers.find(({ name }) => name === edit.container);
  if (edit.member === "image") return { subject, property: "image", before: now?.image ?? null, after: edit.to };
  if (edit.member === "dockerLabels")
    return { subject, property: `label ${edit.name}`, before: now?.labels[edit.name] ?? null, after: null };
  if (edit.member === "environment")
    return { subject, property: `database in ${edit.name}`, before: edit.from, after: edit.to };
  const before = now?.secrets.find(({ name }) => name === edit.name)?.from ?? null;
  return { subject, property: `secret of ${edit.name}`, before, after: edit.to };
}

async function verifyCopy({ from }: Inputs, { receipt, key }: Attempt, context: ActionReadContext): Promise<Verdict> {
  const answered = receipt?.answer.taskDefinition;
  const made = typeof answered === "string" ? answered : await findMade(from, key, context);
  const definition = made === undefined ? undefined : await context.services.aws.ecs.taskDefinition(made);
  if (definition?.status === "ACTIVE")
    return { kind: "true", text: `${definition.name} is registered`, outputs: { taskDefinition: definition.name } };
  const text = `ECS accepted the request, but shows no ACTIVE ${made ?? "copy"}`;
  return { kind: "open", failure: { reason: "not-visible", text, evidence: [], next: ["vulcan-ops resume"] } };
}

/** How many of the newest revisions to search: others register revisions, too. */
const NEWEST = 10;

async function findMade(
  from: string | undefined,
  key: string | undefined,
  { services, target }: ActionReadContext,
): Promise<string | undefined> {
  const like = from ?? (await services.aws.ecs.service(target.cluster, target.service)).taskDefinition;
  for (const name of (await services.aws.ecs.revisions(familyOf(like))).slice(0, NEWEST)) {
    if ((await services.aws.ecs.taskDefinition(name))?.tags?.[EXECUTION_TAG] === key) return name;
  }
  return undefined;
}

const SETTLE_MS = 10_000;
const POLL_MS = 2000;

/** ECS takes no client token. The request itself sets a tag that shows which attempt made a revision. */
async function probeCopy({ from }: Inputs, attempt: Attempt, context: ActionReadContext): Promise<Probe> {
  const { clock } = context;
  const deadline = consistentBy(attempt, SETTLE_MS, clock.now());
  return poll<Probe>({ clock, deadline }, POLL_MS, async () => {
    const made = await findMade(from, attempt.key, context);
    return made === undefined
      ? { late: { kind: "notDone", evidence: "no revision carries the tag of this attempt" } }
      : { end: { kind: "done", evidence: `${made} carries the tag of this attempt` } };
  });
}
