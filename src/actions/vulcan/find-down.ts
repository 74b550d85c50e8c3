import { type AskedDatabase, askedFindings, lookAtAskedDatabase } from "../../checks/database/asked-database.ts";
import { expandsOnly } from "../../checks/revision/schema-compatibility.ts";
import { defineAction, type StepPlan } from "../../domain/action.ts";
import type { Service } from "../../domain/aws/ecs.ts";
import type { ProtectedTask } from "../../domain/aws/reads.ts";
import { barredBy } from "../../domain/aws/task-protection.ts";
import type { Values } from "../../domain/field.ts";
import { counted, ok, warn } from "../../domain/finding.ts";
import type { AppliedMigration } from "../../domain/migrations/applied.ts";
import type { MigrationsTold } from "../../domain/migrations/reads.ts";
import { SOURCES, signature, split } from "../../domain/migrations/signature.ts";
import type { Finding } from "../../domain/operation.ts";
import type { Look, World } from "../../domain/services.ts";
import { type LaterRead, ofThePassword } from "../database/password-end.ts";
import { chooseImages, type DownImages } from "./down/choose-images.ts";
import { type Stakes, stakesOf, written } from "./down/data-loss.ts";
import { downTarget } from "./down/target-version.ts";
import { readLabels } from "./image-migrations.ts";

const inputs = {
  to: { type: "version", required: false, description: "Version to be left; this or `steps`." },
  steps: { type: "integer", minimum: 1, required: false, description: "How many migrations to take back." },
  via: {
    type: "choice",
    choices: ["exec", "task"],
    description: "In a container that serves, or in a task of its own.",
  },
  revertTo: { type: "revision", required: false, description: "Revision that fits the schema afterwards." },
} as const;

type Inputs = Values<typeof inputs>;

interface Seen {
  readonly service: Service;
  readonly told: MigrationsTold;
  readonly to: number;
  readonly removed: readonly AppliedMigration[];
  readonly left: readonly AppliedMigration[];
  readonly images: DownImages;
  readonly stakes: Stakes;
  readonly asked: AskedDatabase | undefined;
  readonly password: readonly Finding[];
  /** With --via task, tasks that the deployment before it could not stop. */
  readonly guarded: readonly ProtectedTask[];
  readonly cluster: string;
  /** RFC 3339: until when the database can be restored; undefined where it cannot, or nobody can tell. */
  readonly restorable: string | undefined;
}

/** Turns "two steps back" into exact versions, and finds the image that holds their Down and the one that fits afterwards. */
export const findDown = defineAction<World, typeof inputs, Seen>({
  name: "vulcan.findDown",
  summary: "Find what a Down takes back, the image that holds its code, and the revision that fits afterwards.",
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

  async observe(given, looking) {
    return { kind: "observed", value: await look(given, looking) };
  },

  plan: (given, seen) => planFind(given, seen),
});

async function look(given: Inputs, { world, target, clock }: Look): Promise<Seen> {
  const { cluster } = target;
  const [service, told, rows, database, marks, asked, guarded] = await Promise.all([
    world.aws.ecs.service(target.cluster, target.service),
    world.schema.migrations(),
    world.aws.ecs.history(target.cluster, target.service),
    world.aws.database(target.database).catch(() => undefined),
    world.marks().catch(() => []),
    lookAtAskedDatabase(world, target),
    given.via === "task" ? world.aws.ecs.protectedTasks(cluster, target.service).catch(() => []) : [],
  ]);
  const to = downTarget(told.applied, given);
  const { removed, left } = split(told.applied, to);
  const names = [service.taskDefinition, ...rows.map(({ taskDefinition }) => taskDefinition)];
  const serving = { named: target.container, balancers: service.balancers };
  const labels = await readLabels(world.aws.ecs, [...new Set(names)].filter(Boolean).slice(0, MOST_LABELS), serving);
  const versions = removed.map(({ version }) => version);
  const wish = {
    removed: versions,
    via: given.via,
    marks,
    ...(given.revertTo && { returnTo: String(given.revertTo) }),
  };
  const evidence = { rows, labels, applied: told.applied };
  const images = chooseImages(service, evidence, wish, clock.now());
  const stakes = await stakesOf(removed, world.schema);
  const password = ofThePassword(world, PROOF, clock.now());
  const restorable = database?.latestRestorableTime;
  const found = { asked, password, guarded, cluster, restorable };
  return { service, told, to, removed, left, images, stakes, ...found };
}

/** Tasks start and stop before and after the Down. */
const PROOF: LaterRead = { what: "the proof of what is gone", seconds: 5 * 60 };

/** Two calls each: those that could be returned to within reason. */
const MOST_LABELS = 5;

function planFind({ via }: Inputs, seen: Seen): StepPlan {
  const { told, to, removed, left, images, stakes } = seen;
  const from = removed[0]?.version ?? to;
  return {
    summary: `migrations ${removed.map(({ version }) => version).join(", ")} go, ${to} stays; ${via === "exec" ? "in a container that serves" : "in a task of its own"}`,
    changes: [],
    findings: [
      read(told),
      ...askedFindings(seen.asked),
      ...images.findings,
      ...seen.stakes.findings,
      ...seen.password,
      ...order(via, seen),
      wayBack(seen.restorable),
      ...barredBy(seen.guarded, seen.cluster),
    ],
    outputs: {
      to,
      from,
      count: removed.length,
      before: signature(told.applied),
      after: signature(left),
      ...(images.holder && { image: images.holder }),
      ...(images.fitting && { fits: images.fitting }),
      ...(stakes.lost.length > 0 && { loss: stakes.lost.join(", ") }),
      ...(stakes.gone.length > 0 && { gone: written(stakes.gone) }),
    },
  };
}

function read({ applied, answeredBy }: MigrationsTold): Finding {
  return ok("migrations-read", `${counted(applied.length, "migration")} applied, read by ${SOURCES[answeredBy]}`);
}

/** In which order image and schema go back, and whether the other one would be better. */
function order(via: string, { removed, images, service }: Seen): Finding[] {
  const fitting = images.fitting ?? "the earlier revision";
  const isTolerant = removed.every(({ description }) => expandsOnly(description) === "compatible");
  if (service.taskDefinition === images.fitting && via === "exec") return [];
  if (via === "exec" && isTolerant)
    return [
      warn(
        "via-task-better",
        `--via task would be the better way: by its descriptions the schema has only grown, so ${fitting} can run on it first, and at no moment do code and schema disagree; by --via exec ${service.taskDefinition} runs without what it needs until the revert is through`,
      ),
    ];
  if (via === "exec")
    return [
      warn(
        "code-ahead",
        `from the Down until the revert is through, ${service.taskDefinition} runs without what it needs`,
      ),
    ];
  if (isTolerant)
    return [ok("order-safe", `${fitting} can run on today's schema: by its descriptions it has only grown`)];
  return [
    warn(
      "schema-ahead",
      `from the revert until the Down, ${fitting} runs on a schema that may break it: the descriptions do not say that it has only grown`,
    ),
  ];
}

function wayBack(restorable: string | undefined): Finding {
  if (restorable !== undefined)
    return ok("restorable", `a Down has no undo; the database can be restored to any second until ${restorable}`);
  return warn(
    "no-way-back",
    "a Down has no undo, and the database cannot be restored to a point in time as far as RDS says: take a snapshot first (aws rds create-db-snapshot)",
  );
}
