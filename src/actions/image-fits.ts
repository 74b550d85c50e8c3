import type { Fields, Values } from "../domain/field.ts";
import type { AppliedMigration } from "../domain/migrations.ts";
import { signature } from "./migration-rows.ts";
import type { Look } from "./world.ts";

/** What a restoring step has to know before it lets tasks start. */
export const fitInputs = {
  image: {
    type: "taskDefinition",
    required: false,
    description: "A revision whose image would apply again what a Down has taken back.",
  },
  after: { type: "string", required: false, description: "Signature of the rows that the Down leaves." },
} as const satisfies Fields;

/**
 * Why nothing may start tasks now, if so: the Down has been done, and the service still runs the image that would apply
 * its migrations again. Whoever cannot read the list is told that, and holds on.
 */
export async function unfit(
  given: Values<typeof fitInputs>,
  running: string,
  { world }: Look,
): Promise<string | undefined> {
  if (given.image === undefined || given.after === undefined || given.image !== running) return undefined;
  const applied = await world.schema.migrations().then(
    (told): readonly AppliedMigration[] | Error => told.applied,
    (error: Error) => error,
  );
  if (applied instanceof Error)
    return `whether the Down was done cannot be seen (${applied.message}), and any task of ${running} that starts would apply its migrations again`;
  if (signature(applied) !== given.after) return undefined;
  return `image and schema do not fit: the Down is done, and any task of ${running} that starts would apply its migrations again`;
}

/** A restoring step that holds on: its outcome stays open, and `resume` goes on with it. */
export const holdsOn = (why: string) => ({
  kind: "open" as const,
  failure: { reason: "image-schema-mismatch", text: why, evidence: [], next: ["vulcan-ops resume"] },
});
