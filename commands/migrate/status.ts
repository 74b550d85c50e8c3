import { type MigrationStatus, readMigrationStatus } from "../../src/app/migrations/read-status.ts";
import { defineCommand } from "../../src/cli/command.ts";
import { printAnswer } from "../../src/cli/output.ts";
import { answerDisplayOptions } from "../../src/cli/process-context.ts";
import { DATABASE_OPTIONS, EXEC_OPTIONS, OUTPUT_OPTIONS, TARGET_OPTIONS } from "../../src/cli/shared-options.ts";
import { EXIT } from "../../src/domain/exit-codes.ts";
import { countOf, difference } from "../../src/domain/migrations/applied.ts";
import { lockLines } from "../../src/ui/render/database-locks.ts";
import { renderMigrations } from "../../src/ui/render/migrations.ts";

export const migrateStatus = defineCommand({
  name: "migrate status",
  describe: "Show which migrations are applied, pending or missing, and who holds their locks",
  options: {
    from: {
      type: "string",
      suggests: ["api", "sql", "container"],
      describe: "Who is asked for the list: api, sql, container, or several in order (default: migrationsFrom)",
    },
    "without-aws": {
      type: "boolean",
      describe: "Do not ask ECS which migrations the deployed image knows: pending ones are then unknown",
    },
    ...EXEC_OPTIONS,
    ...DATABASE_OPTIONS,
    ...TARGET_OPTIONS,
    ...OUTPUT_OPTIONS,
  },
  examples: [["vulcan-ops migrate status", "what is applied, pending, missing, and who holds the locks; only reads"]],
  async run(options, context) {
    const status = await readMigrationStatus(options, context, lockLines);
    const text = () => renderMigrations(status, answerDisplayOptions(context));
    printAnswer(options, context, { data: statusData(status), text });
    return EXIT.done;
  },
});

function statusData({ target, at, answeredBy, outcomes, state, knowledge, pending: counted, locks }: MigrationStatus) {
  const { applied, newest, last, holes, outOfOrder, duplicates } = state;
  const row = ({ version, description, appliedAt, durationMs, isZoneAssumed }: (typeof applied)[number]) => ({
    version,
    description,
    appliedAt: appliedAt ?? null,
    durationMs: durationMs ?? null,
    ...(isZoneAssumed && { zoneAssumed: "UTC" }),
  });
  return {
    target,
    at: new Date(at).toISOString(),
    answeredBy,
    sources: outcomes,
    newest,
    last: last?.version ?? null,
    image: knowledge,
    ...(knowledge.known ? difference(state, knowledge.newest) : { pending: null, ahead: null }),
    // Prefer the count of the program in the container, if it answered: it knows more than the image's label.
    pendingCount: counted ?? (knowledge.known ? countOf(difference(state, knowledge.newest).pending) : null),
    holes,
    outOfOrder,
    duplicates,
    applied: applied.map(row),
    locks: locks.known ? { known: true, sessions: locks.value } : locks,
  };
}
