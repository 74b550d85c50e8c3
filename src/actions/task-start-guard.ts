import { isBeingRenamed } from "../domain/aws/rds.ts";
import type { Fields, Values } from "../domain/field.ts";
import type { AppliedMigration } from "../domain/migrations/applied.ts";
import { newestOf } from "../domain/migrations/signature.ts";
import type { ActionReadContext } from "../domain/services.ts";

/** What a restoring step has to know before it may start tasks. */
export const guardInputFields = {
  image: {
    type: "taskDefinition",
    required: false,
    description: "A revision whose image would apply again what a Down has taken back.",
  },
  newest: { type: "version", required: false, description: "The newest migration that this image holds." },
  database: {
    type: "string",
    required: false,
    description: "The database whose name tasks go by: while no instance is called so, none may start.",
  },
} as const satisfies Fields;

/**
 * Why no task may start now; undefined if tasks may. No instance has the name that tasks use. Or the service still runs
 * the image that would apply again what a Down has taken back, all or part of it. If the migration list cannot be read,
 * report it and keep the tasks stopped.
 */
export async function whyTasksMustNotStart(
  given: Values<typeof guardInputFields>,
  running: string,
  context: ActionReadContext,
): Promise<string | undefined> {
  return (await noDatabaseOfThatName(given, context)) ?? imageMismatch(given, running, context);
}

async function noDatabaseOfThatName(
  { database }: Values<typeof guardInputFields>,
  { services }: ActionReadContext,
): Promise<string | undefined> {
  if (database === undefined) return undefined;
  const named = await services.aws.rds.instance(database);
  if (named !== undefined && !isBeingRenamed(named)) return undefined;
  return `no instance is called ${database} just now: a rename is half-way, and tasks that start would find no database`;
}

async function imageMismatch(
  { image, newest }: Values<typeof guardInputFields>,
  running: string,
  { services }: ActionReadContext,
): Promise<string | undefined> {
  if (image === undefined || newest === undefined || image !== running) return undefined;
  const applied = await services.schema.migrations().then(
    (migrations): readonly AppliedMigration[] | Error => migrations.applied,
    (error: Error) => error,
  );
  const again = `any task of ${running} that starts would apply its migrations again`;
  if (applied instanceof Error) return `whether the Down was done cannot be seen (${applied.message}), and ${again}`;
  const now = newestOf(applied);
  if (now >= newest) return undefined;
  return `image and schema do not fit: the schema is at migration ${now}, ${running} is made for ${newest}, and ${again}`;
}

/** For the undo of a step that holds: it needs the same guard as a restoring step. */
export const guardInputs = ({
  image,
  newest,
  database,
}: Values<typeof guardInputFields>): Values<typeof guardInputFields> => ({
  ...(database !== undefined && { database }),
  ...(image !== undefined && { image }),
  ...(newest !== undefined && { newest }),
});

/** A restoring step that still holds: its outcome stays open, and `resume` continues with it. */
export const keepHolding = (why: string, reason = "image-schema-mismatch") => ({
  kind: "open" as const,
  failure: { reason, text: why, evidence: [], next: ["vulcan-ops resume"] },
});

/** The verdict of a step that proposes nothing because it holds: always open, even if it may continue by now. */
export async function verifyStillHeld(given: Values<typeof guardInputFields>, context: ActionReadContext) {
  const gone = await noDatabaseOfThatName(given, context);
  if (gone !== undefined) return keepHolding(gone, "database-nameless");
  return keepHolding((await whyTasksMustNotStartNow(given, context)) ?? "it may continue now");
}

/** The same, but reads first what the service runs. */
export async function whyTasksMustNotStartNow(
  given: Values<typeof guardInputFields>,
  context: ActionReadContext,
): Promise<string | undefined> {
  if (given.image === undefined && given.database === undefined) return undefined;
  const { services, target } = context;
  const { taskDefinition } = await services.aws.ecs.service(target.cluster, target.service);
  return whyTasksMustNotStart(given, taskDefinition, context);
}
