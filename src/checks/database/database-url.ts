import { guardError } from "../../domain/error.ts";
import { notTried } from "../../domain/finding.ts";
import type { DoctorCheck } from "../doctor-subject.ts";
import { queriedDatabaseFindings, readQueriedDatabase } from "./queried-database.ts";

/** Whether SQL reads the target's own database, by its address and its list of migrations. */
export const databaseUrl: DoctorCheck = {
  id: "database",
  question: "Database URL",
  async run({ reads, schema, vulcan, target }) {
    if (schema.sql === undefined) return [notTried("VULCAN_DATABASE_URL is not set: SQL is not asked")];
    const isFar = target.databaseVia === "task";
    const sql = isFar ? { ...schema.sql, listed: notThroughTask } : schema.sql;
    const queried = await readQueriedDatabase({ aws: reads, schema: { ...schema, sql }, vulcan }, target);
    if (queried?.address instanceof Error) return [notTried("SQL is not asked: its secret cannot be read")];
    const silence = queried?.bySql instanceof Error ? [notTried(`SQL did not answer: ${queried.bySql.message}`)] : [];
    return [...queriedDatabaseFindings(queried), ...silence];
  },
};

const notThroughTask = () =>
  Promise.reject(guardError("tunnel-doctor", "the way there leads through a task, and doctor opens no session", []));
