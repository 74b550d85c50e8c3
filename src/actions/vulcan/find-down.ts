import { databaseState } from "../../checks/database/database-state.ts";
import {
  type QueriedDatabase,
  queriedDatabaseFindings,
  readQueriedDatabase,
} from "../../checks/database/queried-database.ts";
import { readRecovery } from "../../checks/database/recovery.ts";
import { targetGroupFindings } from "../../checks/deployment/target-groups.ts";
import { expandsOnly } from "../../checks/revision/schema-compatibility.ts";
import { startFindings } from "../../checks/start-findings.ts";
import { subjectOf } from "../../checks/subject.ts";
import { defineAction, type StepPlan } from "../../domain/action.ts";
import { familyOf, type Service } from "../../domain/aws/ecs.ts";
import type { Recovery } from "../../domain/aws/recovery.ts";
import { blockingProtection, type Protected } from "../../domain/aws/task-protection.ts";
import type { Values } from "../../domain/field.ts";
import { counted, ok, warn } from "../../domain/finding.ts";
import type { AppliedMigration } from "../../domain/migrations/applied.ts";
import type { MigrationsRead } from "../../domain/migrations/reads.ts";
import { SOURCES, signature, split } from "../../domain/migrations/signature.ts";
import type { Finding } from "../../domain/operation.ts";
import { releaseChange } from "../../domain/release.ts";
import type { ActionReadContext, ActionServices } from "../../domain/services.ts";
import { type LaterRead, passwordFindings } from "../database/password-end.ts";
import { chooseImages, type DownImages } from "./down/choose-images.ts";
import { type DataLossEstimate, estimateDataLoss, formatObjects } from "./down/data-loss.ts";
import { downTarget } from "./down/target-version.ts";
import { readLabels } from "./image-migrations.ts";
import { type MigratingImage, migratingImage } from "./proof/migrating-image.ts";
import { type MigrationsProof, readProof } from "./proof/read-proof.ts";

const inputs = {
  to: { type: "version", required: false, description: "Version to keep; this or `steps`." },
  steps: { type: "integer", minimum: 1, required: false, description: "How many migrations to roll back." },
  via: {
    type: "choice",
    choices: ["exec", "task"],
    description: "In a container that serves, or in a separate task.",
  },
  revertTo: { type: "revision", required: false, description: "Revision that matches the schema afterwards." },
} as const;

type Inputs = Values<typeof inputs>;

interface Observation {
  readonly service: Service;
  readonly told: MigrationsRead;
  readonly to: number;
  readonly removed: readonly AppliedMigration[];
  readonly left: readonly AppliedMigration[];
  readonly images: DownImages;
  readonly dataLoss: DataLossEstimate;
  readonly proof: MigrationsProof;
  readonly asked: QueriedDatabase | undefined;
  readonly password: readonly Finding[];
  /** With --via task: tasks that the deployment before the Down could not stop. */
  readonly guarded: Protected;
  /** What would keep the tasks that start afterwards from starting, or from taking requests. */
  readonly obstacles: readonly Finding[];
  readonly cluster: string;
  /** Whether the database can be restored; the Error where that is not known. */
  readonly restorable: Recovery | Error;
}

/** Turns "two steps back" into exact versions. Finds the image with their Down, and the one that fits afterwards. */
export const findDown = defineAction<ActionServices, typeof inputs, Observation>({
  name: "vulcan.findDown",
  summary: "Find the migrations, the image with their Down, and the matching revision.",
  risk: "read",
  inputs,
  outputs: {
    to: { type: "version", description: "version that is left" },
    from: { type: "version", description: "newest version before" },
    count: { type: "integer", description: "migrations to take back" },
    before: { type: "string", description: "signature of the rows that are there" },
    after: { type: "string", description: "signature of the rows that shall be left" },
    image: { type: "taskDefinition", description: "the revision whose image holds the Down code" },
    fits: { type: "taskDefinition", description: "the revision to run afterwards" },
    loss: { type: "string", description: "what is lost with its rows; absent where nothing is known to be" },
    gone: { type: "string", description: "objects that are there now and have to be gone afterwards" },
  },

  async observe(given, context) {
    return { kind: "observed", value: await readDown(given, context) };
  },

  plan: (given, observation) => planFind(given, observation),
});

async function readDown(given: Inputs, context: ActionReadContext): Promise<Observation> {
  const { services, target, clock } = context;
  const { cluster } = target;
  const [service, told, rows, restorable, marks, asked, guarded] = await Promise.all([
    services.aws.ecs.service(target.cluster, target.service),
    services.schema.migrations(),
    services.aws.ecs.history(target.cluster, target.service),
    readRecoveryOf(context),
    services.failedRevisions().catch(() => []),
    readQueriedDatabase(services, target),
    given.via === "task" ? services.aws.ecs.protectedTasks(cluster, target.service).catch((error: Error) => error) : [],
  ]);
  const to = downTarget(told.applied, given);
  const { removed, left } = split(told.applied, to);
  const names = [service.taskDefinition, ...rows.map(({ taskDefinition }) => taskDefinition)];
  const serving = { named: target.container, balancers: service.balancers };
  const labels = await readLabels(services.aws.ecs, [...new Set(names)].filter(Boolean).slice(0, MOST_LABELS), serving);
  const versions = removed.map(({ version }) => version);
  const question = {
    removed: versions,
    via: given.via,
    revisionMarks: marks,
    ...(given.revertTo && { returnTo: given.revertTo }),
  };
  const evidence = { rows, labels, applied: told.applied };
  const images = chooseImages(service, evidence, question, clock.now());
  const proof = await readProof(
    { direction: "down", versions },
    () => imageWithDown(images, labels, service, context),
    context,
  );
  const [estimate, targetGroups, start] = await Promise.all([
    estimateDataLoss(removed, services.schema, proof),
    targetGroupFindings(service, services.aws),
    obstaclesOf(images.imageAfterDown ?? service.taskDefinition, service, context),
  ]);
  const password = passwordFindings(services, PROOF, clock.now());
  const found = { proof, asked, password, guarded, cluster, restorable, obstacles: [...targetGroups, ...start] };
  return { service, told, to, removed, left, images, dataLoss: estimate, ...found };
}

/** The program that would run the Downs. */
async function imageWithDown(
  { imageWithDown: name }: DownImages,
  labels: ReadonlyMap<string, number>,
  service: Service,
  { services, target }: ActionReadContext,
): Promise<MigratingImage> {
  if (name === undefined) return {};
  const definition = await services.aws.ecs.taskDefinition(name).catch(() => undefined);
  return migratingImage(definition, { service, named: target.container, newest: labels.get(name) });
}

/** `:43 → :42`, with the family where that is another one. */
const revisionChange = (from: string, to: string): string =>
  releaseChange({ taskDefinition: from }, { taskDefinition: to }, familyOf(from));

/** A revision that cannot be read is another check's to tell. */
async function obstaclesOf(name: string, service: Service, context: ActionReadContext): Promise<readonly Finding[]> {
  const wanted = await context.services.aws.ecs.taskDefinition(name).catch(() => undefined);
  return wanted === undefined ? [] : startFindings({ ...subjectOf(context), service, wanted }, [databaseState]);
}

/** Tasks start and stop before and after the Down. */
const PROOF: LaterRead = { what: "the check of the Down", seconds: 5 * 60 };

/** Two calls for each revision, so read only those that a rollback could reasonably return to. */
const MOST_LABELS = 5;

function planFind({ via }: Inputs, observation: Observation): StepPlan {
  const { told, to, removed, left, images, dataLoss, service } = observation;
  const from = removed[0]?.version ?? to;
  const versions = removed.map(({ version }) => version).join(", ");
  const goal = `roll back migration${removed.length === 1 ? "" : "s"} ${versions}, leaving version ${to}`;
  return {
    summary: `${goal}, in ${via === "exec" ? "a running container" : "a separate task"}`,
    goal,
    facts: [
      { label: "Destroys", text: dataLoss.lost.length > 0 ? dataLoss.lost.join(", ") : "nothing that is known" },
      ...(images.imageAfterDown === undefined
        ? []
        : [
            {
              label: "Service",
              text: revisionChange(service.taskDefinition, images.imageAfterDown),
            },
          ]),
      ...observation.proof.facts,
    ],
    changes: [],
    findings: [
      read(told),
      ...queriedDatabaseFindings(observation.asked),
      ...images.findings,
      ...observation.dataLoss.findings,
      ...observation.proof.findings,
      ...observation.password,
      ...order(via, observation),
      wayBack(observation.restorable),
      ...blockingProtection(observation.guarded, observation.cluster),
      ...observation.obstacles,
    ],
    outputs: {
      to,
      from,
      count: removed.length,
      before: signature(told.applied),
      after: signature(left),
      ...(images.imageWithDown && { image: images.imageWithDown }),
      ...(images.imageAfterDown && { fits: images.imageAfterDown }),
      ...(dataLoss.lost.length > 0 && { loss: dataLoss.lost.join(", ") }),
      ...(dataLoss.gone.length > 0 && { gone: formatObjects(dataLoss.gone) }),
    },
  };
}

function read({ applied, answeredBy }: MigrationsRead): Finding {
  return ok("migrations-read", `${counted(applied.length, "migration")} applied, read by ${SOURCES[answeredBy]}`);
}

/** In which order image and schema go back, and whether the other order would be better. */
function order(via: string, { removed, images, service }: Observation): Finding[] {
  const fitting = images.imageAfterDown ?? "the earlier revision";
  const isTolerant = removed.every(({ description }) => expandsOnly(description) === "compatible");
  if (service.taskDefinition === images.imageAfterDown && via === "exec") return [];
  if (via === "exec" && isTolerant)
    return [
      warn(
        "via-task-better",
        `--via task is safer: the migrations look additive by description, so ${fitting} can run on the schema first; with --via exec ${service.taskDefinition} runs on the wrong schema until the rollback is done`,
      ),
    ];
  if (via === "exec")
    return [
      warn("code-ahead", `${service.taskDefinition} runs on the wrong schema from the Down until the rollback is done`),
    ];
  if (isTolerant)
    return [ok("order-safe", `${fitting} can run on the current schema: the migrations look additive by description`)];
  return [
    warn(
      "schema-ahead",
      `${fitting} may fail on the current schema until the Down: the migrations do not look additive`,
    ),
  ];
}

/** Its latest restorable time alone says that it can be restored: then no more is read. */
async function readRecoveryOf({ services, target, clock }: ActionReadContext): Promise<Recovery | Error> {
  const { aws } = services;
  const source = aws.database(target.database);
  const latest = (await source.catch(() => undefined))?.latestRestorableTime;
  if (latest !== undefined) return { kind: "window", window: { latest } };
  return readRecovery(aws.rds, { target, now: clock.now() }, source).catch((error: Error) => error);
}

function wayBack(restorable: Recovery | Error): Finding {
  if (restorable instanceof Error)
    return warn("no-way-back", `a Down has no undo, and a restore may not be possible: ${restorable.message}`);
  if (restorable.kind === "window" || restorable.window !== undefined)
    return ok("restorable", `a Down has no undo, but the database can be restored up to ${restorable.window?.latest}`);
  const { kind, text } = restorable;
  const snapshot = kind === "cluster" ? "aws rds create-db-cluster-snapshot" : "aws rds create-db-snapshot";
  return warn("no-way-back", `a Down has no undo, and ${text}: take a snapshot first (${snapshot})`);
}
