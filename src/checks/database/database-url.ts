import { type Diagnosis, fail, ok, untried, warn } from "../../domain/diagnosis.ts";
import { guardError } from "../../domain/error.ts";
import type { Finding } from "../../domain/operation.ts";
import type { Check } from "../doctor-check.ts";
import { askedFindings, lookAtAskedDatabase } from "./asked-database.ts";

/** Whether SQL asks the target's own database, by its address and its list of migrations. */
export const askedDatabase: Check = {
  id: "database",
  title: "Database URL",
  async examine({ reads, schema, vulcan, target }) {
    if (schema.sql === undefined) return [untried("VULCAN_DATABASE_URL is not set: SQL is not asked")];
    const isFar = target.databaseVia === "task";
    const sql = isFar ? { ...schema.sql, listed: notThroughTask } : schema.sql;
    const asked = await lookAtAskedDatabase({ aws: reads, schema: { ...schema, sql }, vulcan }, target);
    const silence = asked?.bySql instanceof Error ? [untried(`SQL did not answer: ${asked.bySql.message}`)] : [];
    return [...askedFindings(asked).map(toDiagnosis), ...silence];
  },
};

const notThroughTask = () =>
  Promise.reject(guardError("tunnel-doctor", "the way there leads through a task, and doctor opens no session", []));

const LEVELS = { ok, warn, block: fail } as const;

const toDiagnosis = ({ level, text, next = [] }: Finding): Diagnosis => LEVELS[level](text, ...next);
