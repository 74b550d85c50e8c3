import { type CheckFinding, fail, notTried, ok, warn } from "../../domain/diagnosis.ts";
import { guardError } from "../../domain/error.ts";
import type { Finding } from "../../domain/operation.ts";
import type { DoctorCheck } from "../doctor-check.ts";
import { queriedDatabaseFindings, readQueriedDatabase } from "./queried-database.ts";

/** Whether SQL reads the target's own database, by its address and its list of migrations. */
export const databaseUrl: DoctorCheck = {
  id: "database",
  title: "Database URL",
  async run({ reads, schema, vulcan, target }) {
    if (schema.sql === undefined) return [notTried("VULCAN_DATABASE_URL is not set: SQL is not asked")];
    const isFar = target.databaseVia === "task";
    const sql = isFar ? { ...schema.sql, listed: notThroughTask } : schema.sql;
    const queried = await readQueriedDatabase({ aws: reads, schema: { ...schema, sql }, vulcan }, target);
    const silence = queried?.bySql instanceof Error ? [notTried(`SQL did not answer: ${queried.bySql.message}`)] : [];
    return [...queriedDatabaseFindings(queried).map(toDiagnosis), ...silence];
  },
};

const notThroughTask = () =>
  Promise.reject(guardError("tunnel-doctor", "the way there leads through a task, and doctor opens no session", []));

const LEVELS = { ok, warn, block: fail } as const;

const toDiagnosis = ({ level, text, next = [] }: Finding): CheckFinding => LEVELS[level](text, ...next);
