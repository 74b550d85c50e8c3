import { exitCode, ruleFinding, ruleFindingMembers, schemaVersion } from "./parts.ts";
import { either, flag, listOf, number, object, orNull, text, whole } from "./shapes.ts";
import { known } from "./status.ts";

const taskLimit = object({ seconds: whole, text });

/** Present with --target. */
const lintedTarget = object({
  target: text,
  place: text,
  server: text,
  newest: whole,
  limit: known(orNull(taskLimit)),
  queries: known(object({ judged: whole, unjudged: whole })),
});

const prediction = object({
  least: number,
  most: number,
  tables: listOf(object({ table: text, rows: whole })),
  microsecondsPerRow: number,
});

const lintReport = {
  schemaVersion,
  server: text,
  source: text,
  "live?": lintedTarget,
  findings: listOf(ruleFinding),
};
const lintHead = { ...lintReport, exitCode };

const lintedMigration = object({
  version: whole,
  description: text,
  file: text,
  line: whole,
  seconds: number,
  complete: flag,
  findings: listOf(ruleFinding),
  waived: listOf(object({ ...ruleFindingMembers, reason: text })),
  "predicted?": known(prediction),
});

export const lintOutput = object({ ...lintHead, migrations: listOf(lintedMigration) });
export const lintLine = either(object(lintHead), lintedMigration);

export const newMigration = object({
  version: whole,
  description: text,
  file: text,
  line: whole,
  isOpen: flag,
  lint: either(object({ ...lintReport, migrations: listOf(lintedMigration) }), object({ why: text })),
  exitCode,
});
