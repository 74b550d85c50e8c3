import type { Client } from "pg";

/** What a release of Vulcan asks its database, and the migration since which it can. [I: its queries are not documented] */
const QUERIES: readonly { readonly since: number; readonly sql: string; readonly values: readonly string[] }[] = [
  { since: 0, sql: "SELECT title, s3_key FROM documents WHERE id = $1", values: ["none"] },
  { since: 0, sql: "UPDATE jobs SET last_run = now() WHERE id = $1", values: ["none"] },
  {
    since: 0,
    sql: "SELECT t.name, count(*) FROM tenants t JOIN users u ON u.tenant_id = t.id WHERE t.id = $1 GROUP BY t.name",
    values: ["none"],
  },
  { since: 3, sql: "SELECT source_id, kind FROM asset_edges WHERE target_id = $1", values: ["none"] },
  {
    since: 4,
    sql: "SELECT id, hostname, criticality FROM assets WHERE tenant_id = $1 ORDER BY number LIMIT 50",
    values: ["none"],
  },
  {
    since: 6,
    sql: "SELECT id, rule, severity, assignee FROM findings WHERE tenant_id = $1 AND asset_id = $2",
    values: ["none", "none"],
  },
  { since: 7, sql: "SELECT plan, valid_until, seats FROM licences WHERE tenant_id = $1", values: ["none"] },
];

/** Sends what past tasks have sent, so that pg_stat_statements has seen it. Changes nothing. */
export async function sendQueries(client: Client, newest: number): Promise<void> {
  for (const { since, sql, values } of QUERIES) if (since <= newest) await client.query(sql, [...values]);
}
