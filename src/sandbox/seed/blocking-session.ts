import pg from "pg";
import type { Scenario } from "../scenarios/scenario.ts";
import type { World } from "../world.ts";

/**
 * A long report: a session that reads one table in a transaction. No migration can change the table until the session
 * ends. Renewing the database cuts it with all other sessions.
 */
export async function seedReport(world: World, report: NonNullable<Scenario["report"]>): Promise<void> {
  const client = new pg.Client({ ...world.database, application_name: "quarterly-report" });
  client.on("error", () => {}); // the world may end before the report
  await client.connect();
  await client.query("BEGIN");
  await client.query(`LOCK TABLE ${pg.escapeIdentifier(report.table)} IN ACCESS SHARE MODE`);
  world.clock.after(report.lasts, () => void client.end());
}
