import { ok, warn } from "../../domain/finding.ts";
import type { AppliedMigration } from "../../domain/migrations/applied.ts";
import type { Finding } from "../../domain/operation.ts";
import { utcTime } from "../../domain/time.ts";

/** What goes back in time with the database, and what does not: nobody sees these but who knows of them. */
export function ofTheSideEffects(
  to: string,
  taskDefinition: string,
  applied: readonly AppliedMigration[] | Error,
): Finding[] {
  const since = `after ${utcTime(to)}`;
  return [
    ...ofTheMigrations(to, taskDefinition, applied),
    warn(
      "documents-newer",
      `documents that were put into S3 ${since} stay there, and this database does not know them`,
    ),
    warn(
      "jobs-again",
      `jobs and webhooks that ran ${since} are due again in it, and run again when the service starts`,
    ),
    warn("sequences-rewind", `its sequences go back: numbers given out ${since} are given out again, to other rows`),
    warn(
      "keys-newer",
      `credentials encrypted ${since} are the older ones again: a key that was replaced has to be there still`,
    ),
  ];
}

function ofTheMigrations(to: string, image: string, applied: readonly AppliedMigration[] | Error): Finding[] {
  if (applied instanceof Error)
    return [warn("migrations-unknown", `which migrations came ${utcTime(to)} or later is unknown: ${applied.message}`)];
  const later = applied.filter(({ appliedAt = "" }) => appliedAt > to).map(({ version }) => version);
  if (later.length === 0)
    return [ok("migrations-same", "no migration was applied since: it has the schema that serves now")];
  const which = `${later.length === 1 ? "migration" : "migrations"} ${later.join(", ")}`;
  return [
    warn(
      "migrations-again",
      `${which} came later: any task of ${image} that holds ${later.length === 1 ? "it" : "them"} applies ${later.length === 1 ? "it" : "them"} again when it starts. If that is the mistake, go back first: vulcan-ops rollback`,
    ),
  ];
}
