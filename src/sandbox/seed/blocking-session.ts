import pg from "pg";
import type { Scenario } from "../scenarios/scenario.ts";
import type { World } from "../world.ts";

/**
 * Somebody's long report: a session that reads one table in a transaction, so that no migration can change the table
 * until it ends. It is cut with all the others when the database is renewed.
 */
export async function plantReport(world: World, report: NonNullable<Scenario["report"]>): Promise<void> {
  const client = new pg.Client({ ...world.database, application_name: "quarterly-report" });
  client.on("error", () => {}); // the world has ended before the report
  await client.connect();
  await client.query("BEGIN");
  await client.query(`LOCK TABLE ${pg.escapeIdentifier(report.table)} IN ACCESS SHARE MODE`);
  world.clock.after(report.lasts, () => void client.end());
}
