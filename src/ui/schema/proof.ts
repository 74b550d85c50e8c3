import { exitCode, schemaVersion } from "./parts.ts";
import { flag, listOf, number, object, oneOf, text, whole } from "./shapes.ts";

/** Of `migrate prove`. */
export const proofHead = {
  schemaVersion,
  server: text,
  source: text,
  "target?": text,
  "applied?": whole,
  unread: listOf(text),
  unjudgedQueries: whole,
  exitCode,
};

export const provenMigration = object({
  version: whole,
  description: text,
  file: text,
  line: whole,
  verdict: oneOf("PROVEN", "NOT INVERSE", "DOWN FAILS", "CANNOT READ"),
  why: text,
  evidence: listOf(text),
  remarks: listOf(text),
  seconds: number,
  "changes?": object({ gone: listOf(text), added: listOf(text) }),
  work: listOf(object({ table: text, "lock?": text, isRewritten: flag, scanned: whole, changed: whole, rows: whole })),
  destroys: listOf(object({ kind: oneOf("table", "column", "materialized view", "rows"), name: text })),
  brokenQueries: listOf(object({ id: text, calls: whole, why: text })),
});
