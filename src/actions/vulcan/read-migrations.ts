import { isTransient, OpsError } from "../../domain/error.ts";
import type { MigrationsRead } from "../../domain/migrations/reads.ts";
import type { ActionVerifyContext } from "../../domain/services.ts";
import { poll } from "../poll.ts";

const POLL_MS = 3000;

/** The list, or the error if it could not be read until the time was up. */
export function readMigrationsPatiently(context: ActionVerifyContext): Promise<MigrationsRead | OpsError> {
  return poll<MigrationsRead | OpsError>(context, POLL_MS, async () => {
    const migrations = await context.services.schema.migrations().catch((error: unknown) => {
      if (error instanceof OpsError && (isTransient(error) || error.detail.code === "migrations-unread")) return error;
      throw error;
    });
    return migrations instanceof OpsError
      ? { late: migrations, text: `cannot read the migrations just now: ${migrations.message}` }
      : { end: migrations };
  });
}
