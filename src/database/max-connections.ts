import type { Session } from "./session.ts";

/** How many sessions the server takes at most, those reserved for its own people included. Throws OpsError. */
export async function maxConnections(session: Session): Promise<number> {
  const [row] = await session.rows("SELECT current_setting('max_connections')::int AS most");
  return Number(row?.most);
}
