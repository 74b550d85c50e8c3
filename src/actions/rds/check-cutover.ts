import { targetGroupFindings } from "../../checks/deployment/target-groups.ts";
import { startFindings } from "../../checks/start-findings.ts";
import { subjectOf } from "../../checks/subject.ts";
import { defineAction, type StepPlan } from "../../domain/action.ts";
import type { Service, TaskDefinition } from "../../domain/aws/ecs.ts";
import type { BlueGreen, Instance } from "../../domain/aws/rds.ts";
import { guardError } from "../../domain/error.ts";
import type { Values } from "../../domain/field.ts";
import { block, notChecked, summariseFindings, worstFirst } from "../../domain/finding.ts";
import type { AppliedMigration } from "../../domain/migrations/applied.ts";
import type { Finding } from "../../domain/operation.ts";
import type { ActionReadContext, ActionServices } from "../../domain/services.ts";
import { whyUnknown } from "../database/clients.ts";
import { namesIn } from "../ecs/revision/definition-edits.ts";
import { scheduledFindings } from "../scaling/scheduled-findings.ts";
import { blueGreenFindings } from "./blue-green-findings.ts";
import { connectionFindings } from "./connection-findings.ts";
import { clientFindings, outageFindings, sideEffectFindings, undoFindings } from "./cutover-findings.ts";
import { nameForOldInstance } from "./instance-name.ts";

const inputs = {
  cutover: { type: "string", description: "revision or rename." },
  source: { type: "string", description: "The instance that serves now." },
  name: { type: "string", description: "The instance that shall serve." },
  to: { type: "time", description: "The moment that it goes back to." },
  databaseSecret: { type: "arn", required: false, description: "Secret that a new revision takes its address from." },
  leave: { type: "string", required: false, description: "Variables that keep what they hold, with commas." },
} as const;

type Inputs = Values<typeof inputs>;

interface Observation {
  readonly source: Instance;
  readonly blueGreen: readonly BlueGreen[] | Error;
  /** What scheduled scaling is not carried out meanwhile. */
  readonly scheduled: readonly Finding[];
  readonly service: Service;
  readonly definition: TaskDefinition;
  readonly drainSeconds: number;
  readonly migrations: readonly AppliedMigration[] | Error;
  /** The new name of the source after a rename, and the instance that has this name now. */
  readonly kept: string;
  readonly taken: Instance | undefined;
  /** An Error where that is not known. */
  readonly isSecretThere: boolean | Error;
  /** Why it cannot be proven that no client writes. */
  readonly why: string | undefined;
  /** What would keep new tasks from starting, or from taking requests. */
  readonly obstacles: readonly Finding[];
}

/** What a cutover would meet, its side effects, and what it would leave behind. */
export const checkCutover = defineAction<ActionServices, typeof inputs, Observation>({
  name: "rds.checkCutover",
  summary: "Check the cutover to a restored database: blockers, downtime and side effects.",
  risk: "read",
  inputs,
  outputs: {
    kept: { type: "string", description: "what a rename calls the instance that it puts away" },
    left: { type: "string", description: "what the database that is left is called afterwards" },
    taken: { type: "string", description: "what the database that is gone to is called afterwards" },
  },
  observe: async (given, context) => ({ kind: "observed", value: await readCutover(given, context) }),
  plan: (given, observation) => planCheck(given, observation),
});

async function readCutover(
  { source: id, to, databaseSecret }: Inputs,
  context: ActionReadContext,
): Promise<Observation> {
  const { services, target, clock } = context;
  const now = clock.now();
  const kept = nameForOldInstance(id, to);
  const { ecs, rds } = services.aws;
  const [source, taken, service, migrations, isSecretThere, blueGreen, scheduled] = await Promise.all([
    rds.instance(id),
    rds.instance(kept),
    ecs.service(target.cluster, target.service),
    services.schema.migrations().then(
      ({ applied }) => applied,
      (error: Error) => error,
    ),
    databaseSecret === undefined || services.aws.around.hasSecret(databaseSecret).catch((error: Error) => error),
    rds.blueGreen(id).catch((error: Error) => error),
    services.aws.around.scheduledScaling(target.cluster, target.service).catch((error: Error) => error),
  ]);
  const definition = await ecs.taskDefinition(service.taskDefinition);
  if (source === undefined || definition === undefined)
    throw guardError("gone", `there is no ${source === undefined ? `instance ${id}` : service.taskDefinition}`);
  const [start, targetGroups, ...drains] = await Promise.all([
    startFindings({ ...subjectOf(context), service, wanted: definition }),
    targetGroupFindings(service, services.aws),
    ...service.targetGroups.map((group) => services.aws.drainSeconds(group).catch(() => USUAL_DRAIN_SECONDS)),
  ]);
  const drainSeconds = Math.max(0, ...drains);
  return {
    source,
    blueGreen,
    scheduled: scheduledFindings(scheduled, { from: now, until: now + CUTOVER_MS }, target),
    taken,
    service,
    definition,
    migrations,
    kept,
    isSecretThere,
    drainSeconds,
    why: whyUnknown(services),
    obstacles: [...targetGroups, ...start],
  };
}

/** A restore and a cutover take this long, as far as is known beforehand. */
const CUTOVER_MS = 2 * 60 * 60_000;

/** A target group's default. */
const USUAL_DRAIN_SECONDS = 300;

function planCheck(given: Inputs, observation: Observation): StepPlan {
  const { cutover, source, name, to } = given;
  const { service, migrations, drainSeconds, kept } = observation;
  const findings = worstFirst([
    ...obstacles(given, observation),
    ...(service.status === "ACTIVE" ? [] : [block("service-not-active", `${service.name} is ${service.status}`)]),
    ...blueGreenFindings(source, observation.blueGreen, cutover === "rename" ? "rename" : "leave"),
    ...observation.obstacles,
    ...outageFindings(cutover, drainSeconds),
    ...clientFindings(source, observation.why),
    ...sideEffectFindings(to, service.taskDefinition, migrations),
    ...observation.scheduled,
    ...undoFindings(cutover, source, service),
  ]);
  const isRename = cutover === "rename";
  return {
    summary: summariseFindings(
      `${service.name}: ${source} → ${isRename ? `${name}, renamed to ${source}` : name}`,
      findings,
    ),
    changes: [],
    findings,
    outputs: { kept, left: isRename ? kept : source, taken: isRename ? source : name },
  };
}

function obstacles(
  { cutover, name, databaseSecret, leave }: Inputs,
  { source, definition, kept, taken, isSecretThere }: Observation,
): Finding[] {
  if (isSecretThere === false)
    return [block("secret-absent", `there is no secret ${databaseSecret}`, [`aws secretsmanager list-secrets`])];
  if (cutover !== "rename") {
    const found = connectionFindings(definition, source, name, databaseSecret, namesIn(leave));
    const why = isSecretThere instanceof Error ? isSecretThere.message : undefined;
    return why === undefined ? found : [...found, notChecked(`whether the secret ${databaseSecret} exists`, why)];
  }
  return taken === undefined
    ? []
    : [block("name-taken", `there is an instance ${kept} already, as ${source.id} would be called; it is left alone`)];
}
