import { sanitise } from "../../domain/sanitise.ts";

/** Who wrote a record, for people: `bob@desk at 2026-04-10T03:41:07Z`, as far as the record says it. */
export function writerOf(line: string | undefined): string {
  const { operator, host, at } = membersOf(line);
  const who = typeof operator === "string" && typeof host === "string" ? `${operator}@${host}` : "another process";
  return sanitise(typeof at === "string" ? `${who} at ${at}` : who);
}

function membersOf(line: string | undefined): Readonly<Record<string, unknown>> {
  try {
    return JSON.parse(line ?? "{}") as Record<string, unknown>;
  } catch {
    return {};
  }
}
