import type { Fields, Values } from "../domain/field.ts";
import type { AppliedMigration } from "../domain/migrations/applied.ts";
import { newestOf } from "../domain/migrations/signature.ts";
import type { Look } from "../domain/services.ts";

/** What a restoring step has to know before it lets tasks start. */
export const fitInputs = {
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
 * Why nothing may start tasks now, if so: no instance has the name that they would look for, or the service still runs
 * the image that would apply again what a Down has taken back, all of it or a part. Whoever cannot read the list is told
 * that, and holds on.
 */
export async function unfit(
  given: Values<typeof fitInputs>,
  running: string,
  looking: Look,
): Promise<string | undefined> {
  return (await nameless(given, looking)) ?? misfit(given, running, looking);
}

async function nameless({ database }: Values<typeof fitInputs>, { world }: Look): Promise<string | undefined> {
  if (database === undefined || (await world.aws.rds.instance(database)) !== undefined) return undefined;
  return `no instance is called ${database} just now: a rename is half-way, and tasks that start would find no database`;
}

async function misfit(
  { image, newest }: Values<typeof fitInputs>,
  running: string,
  { world }: Look,
): Promise<string | undefined> {
  if (image === undefined || newest === undefined || image !== running) return undefined;
  const applied = await world.schema.migrations().then(
    (told): readonly AppliedMigration[] | Error => told.applied,
    (error: Error) => error,
  );
  const again = `any task of ${running} that starts would apply its migrations again`;
  if (applied instanceof Error) return `whether the Down was done cannot be seen (${applied.message}), and ${again}`;
  const now = newestOf(applied);
  if (now >= newest) return undefined;
  return `image and schema do not fit: the schema is at migration ${now}, ${running} is made for ${newest}, and ${again}`;
}

/** For the undo of a step that held: it has to look as a restoring one does. */
export const fitOf = ({ image, newest, database }: Values<typeof fitInputs>): Values<typeof fitInputs> => ({
  ...(database !== undefined && { database }),
  ...(image !== undefined && { image }),
  ...(newest !== undefined && { newest }),
});

/** A restoring step that holds on: its outcome stays open, and `resume` goes on with it. */
export const holdsOn = (why: string, reason = "image-schema-mismatch") => ({
  kind: "open" as const,
  failure: { reason, text: why, evidence: [], next: ["vulcan-ops resume"] },
});

/** The proof of a step that proposes nothing because it holds on: there is none, unless it may go on by now. */
export async function stillHeld(given: Values<typeof fitInputs>, looking: Look) {
  const gone = await nameless(given, looking);
  if (gone !== undefined) return holdsOn(gone, "database-nameless");
  return holdsOn((await unfitNow(given, looking)) ?? "it may go on now");
}

/** The same, where it has to be read first what runs. */
export async function unfitNow(given: Values<typeof fitInputs>, looking: Look): Promise<string | undefined> {
  if (given.image === undefined && given.database === undefined) return undefined;
  const { world, target } = looking;
  const { taskDefinition } = await world.aws.ecs.service(target.cluster, target.service);
  return unfit(given, taskDefinition, looking);
}
