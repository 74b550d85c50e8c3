import type { Instance } from "../../domain/aws/rds.ts";
import type { Traffic } from "../../domain/database/facts.ts";
import { OpsError } from "../../domain/error.ts";
import type { World } from "../../domain/services.ts";

/** Who uses an instance, or why nobody can tell. */
export type Asked = Traffic | { readonly why: string; readonly code: string };

const NOT_SET_UP = { why: "SQL is not set up (VULCAN_DATABASE_URL)", code: "not-set-up" };

/** Why nobody can ask a database once all tasks of the service have stopped. */
export function whyUntold({ data }: World): string | undefined {
  if (data === undefined) return "VULCAN_DATABASE_URL is not set";
  return data.needsTask
    ? "the way to the database leads through a task of the service, and none is left then"
    : undefined;
}

/** Asks the instance itself. A failure for people is an answer, too: the laptop may have no route to it. */
export async function trafficOf(world: World, instance: Instance | undefined): Promise<Asked> {
  if (world.data === undefined) return NOT_SET_UP;
  if (instance?.endpoint === undefined) return { why: "it has no address", code: "no-address" };
  return world.data.traffic(instance.endpoint).catch((error: unknown) => {
    if (error instanceof OpsError) return { why: error.message, code: error.detail.code };
    throw error;
  });
}

export const isTold = (asked: Asked): asked is Traffic => "clients" in asked;

/** What only a server can say. Whatever else was met on the way proves nothing about where a name leads. */
const ANSWERS: ReadonlySet<string> = new Set([
  "database-refused",
  "database-absent",
  "database-full",
  "database-slow",
  "database-plain",
  "database-untrusted",
  "database-wants-tls",
  "database-failed",
]);

export const hasAnswered = (asked: Asked): boolean => isTold(asked) || ANSWERS.has(asked.code);
