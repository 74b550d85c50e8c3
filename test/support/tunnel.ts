import pg from "pg";
import type { Sandbox } from "../../src/sandbox/index.ts";

/** By this name its sessions are found in the database. */
export const TUNNEL = "through-the-tunnel";

/** One connection by way of a port that leads into a tunnel, with the user and password of the sandbox's database. */
export async function connectThrough(sandbox: Sandbox, port: number): Promise<pg.Client> {
  const { username, password } = new URL(sandbox.databaseUrl);
  const client = new pg.Client({
    host: "127.0.0.1",
    port,
    user: username,
    password,
    database: "vulcan",
    application_name: TUNNEL,
  });
  client.on("error", () => {}); // a tunnel that ends shows in the next query
  await client.connect();
  return client;
}

/** One statement, whose connection ends with it. */
export async function askThrough(sandbox: Sandbox, port: number, sql: string): Promise<unknown[]> {
  const client = await connectThrough(sandbox, port);
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

/** How many of the database's sessions came through the tunnel, asked beside it. */
export async function sessionsThrough(sandbox: Sandbox): Promise<number> {
  const client = new pg.Client(sandbox.databaseUrl);
  await client.connect();
  try {
    const sql = "SELECT count(*)::int AS n FROM pg_stat_activity WHERE application_name = $1";
    return (await client.query<{ n: number }>(sql, [TUNNEL])).rows[0]?.n ?? 0;
  } finally {
    await client.end();
  }
}
