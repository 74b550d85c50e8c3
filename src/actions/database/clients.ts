import type { Instance } from "../../domain/aws/rds.ts";
import type { Traffic } from "../../domain/database/facts.ts";
import { OpsError } from "../../domain/error.ts";
import type { ActionServices } from "../../domain/services.ts";

/** Who uses an instance, or why that is unknown. */
export type TrafficAnswer = Traffic | { readonly why: string; readonly code: string };

const NOT_SET_UP = { why: "SQL is not set up (VULCAN_DATABASE_URL)", code: "not-set-up" };

/** Why SQL cannot reach the database once all tasks of the service have stopped; undefined if it can. */
export function whyUnknown({ data }: ActionServices): string | undefined {
  if (data === undefined) return "VULCAN_DATABASE_URL is not set";
  return data.needsTask
    ? "the way to the database leads through a task of the service, and none is left then"
    : undefined;
}

/** Queries the instance itself. An OpsError is an answer, too: the laptop may have no route to the instance. */
export async function trafficOf(services: ActionServices, instance: Instance | undefined): Promise<TrafficAnswer> {
  if (services.data === undefined) return NOT_SET_UP;
  if (instance?.endpoint === undefined) return { why: "it has no address", code: "no-address" };
  return services.data.traffic(instance.endpoint).catch((error: unknown) => {
    if (error instanceof OpsError) return { why: error.message, code: error.detail.code };
    throw error;
  });
}

export const isKnown = (answer: TrafficAnswer): answer is Traffic => "clients" in answer;

/** Errors that only a database server can return. Other errors do not prove where a name points. */
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

export const serverAnswered = (answer: TrafficAnswer): boolean => isKnown(answer) || ANSWERS.has(answer.code);
