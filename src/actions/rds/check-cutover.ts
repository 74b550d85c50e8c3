import { defineAction, type StepPlan } from "../../domain/action.ts";
import type { Service, TaskDefinition } from "../../domain/aws/ecs.ts";
import type { Instance } from "../../domain/aws/rds.ts";
import { guardError } from "../../domain/error.ts";
import type { Values } from "../../domain/field.ts";
import { block, tally, worstFirst } from "../../domain/finding.ts";
import type { AppliedMigration } from "../../domain/migrations/applied.ts";
import type { Finding } from "../../domain/operation.ts";
import type { Look, World } from "../../domain/services.ts";
import { whyUntold } from "../database/clients.ts";
import { namesIn } from "../ecs/revision/definition-edits.ts";
import { ofTheConnection } from "./connection-findings.ts";
import { ofTheOutage, ofTheQuiet, ofTheSideEffects, ofTheWayBack } from "./cutover-findings.ts";
import { keptName } from "./instance-name.ts";

const inputs = {
  cutover: { type: "string", description: "revision or rename." },
  source: { type: "string", description: "The instance that serves now." },
  name: { type: "string", description: "The instance that shall serve." },
  to: { type: "time", description: "The moment that it goes back to." },
  databaseSecret: { type: "arn", required: false, description: "Secret that a new revision takes its address from." },
  leave: { type: "string", required: false, description: "Variables that keep what they hold, with commas." },
} as const;

type Inputs = Values<typeof inputs>;

interface Seen {
  readonly source: Instance;
  readonly service: Service;
  readonly definition: TaskDefinition;
  readonly drainSeconds: number;
  readonly migrations: readonly AppliedMigration[] | Error;
  /** What the source would be called afterwards, and who is called so now. */
  readonly kept: string;
  readonly taken: Instance | undefined;
  readonly isSecretThere: boolean;
  /** Why it cannot be proven that nobody writes. */
  readonly why: string | undefined;
}

/** What a cutover would meet, do besides, and leave behind. */
export const checkCutover = defineAction<World, typeof inputs, Seen>({
  name: "rds.checkCutover",
  summary: "Check what bringing the service onto a restored database would meet, and what else it would do.",
  risk: "read",
  inputs,
  outputs: {
    kept: { type: "string", description: "what a rename calls the instance that it puts away" },
    left: { type: "string", description: "what the database that is left is called afterwards" },
    taken: { type: "string", description: "what the database that is gone to is called afterwards" },
  },
  observe: async (given, looking) => ({ kind: "observed", value: await look(given, looking) }),
  plan: (given, seen) => planCheck(given, seen),
});

async function look({ source: id, to, databaseSecret }: Inputs, { world, target }: Look): Promise<Seen> {
  const kept = keptName(id, to);
  const { ecs, rds } = world.aws;
  const [source, taken, service, migrations, isSecretThere] = await Promise.all([
    rds.instance(id),
    rds.instance(kept),
    ecs.service(target.cluster, target.service),
    world.schema.migrations().then(
      ({ applied }) => applied,
      (error: Error) => error,
    ),
    databaseSecret === undefined ? true : world.aws.around.hasSecret(databaseSecret).catch(() => true),
  ]);
  const [definition, ...drains] = await Promise.all([
    ecs.taskDefinition(service.taskDefinition),
    ...service.targetGroups.map((group) => world.aws.drainSeconds(group).catch(() => USUAL_DRAIN_SECONDS)),
  ]);
  if (source === undefined || definition === undefined)
    throw guardError("gone", `there is no ${source === undefined ? `instance ${id}` : service.taskDefinition}`);
  const drainSeconds = Math.max(0, ...drains);
  return { source, taken, service, definition, migrations, kept, isSecretThere, drainSeconds, why: whyUntold(world) };
}

/** What a target group has unless somebody chose otherwise. */
const USUAL_DRAIN_SECONDS = 300;

function planCheck(given: Inputs, seen: Seen): StepPlan {
  const { cutover, source, name, to } = given;
  const { service, migrations, drainSeconds, kept } = seen;
  const findings = worstFirst([
    ...obstacles(given, seen),
    ...ofTheOutage(cutover, drainSeconds),
    ...ofTheQuiet(source, seen.why),
    ...ofTheSideEffects(to, service.taskDefinition, migrations),
    ...ofTheWayBack(cutover, source, service),
  ]);
  const isRename = cutover === "rename";
  return {
    summary: tally(`${service.name}: ${source} → ${isRename ? `${source}, which ${name} is then` : name}`, findings),
    changes: [],
    findings,
    outputs: { kept, left: isRename ? kept : source, taken: isRename ? source : name },
  };
}

function obstacles(
  { cutover, name, databaseSecret, leave }: Inputs,
  { source, definition, kept, taken, isSecretThere }: Seen,
): Finding[] {
  if (!isSecretThere)
    return [block("secret-absent", `there is no secret ${databaseSecret}`, [`aws secretsmanager list-secrets`])];
  if (cutover !== "rename") return ofTheConnection(definition, source, name, databaseSecret, namesIn(leave));
  return taken === undefined
    ? []
    : [block("name-taken", `there is an instance ${kept} already, as ${source.id} would be called; it is left alone`)];
}
