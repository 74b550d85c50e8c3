import type { JournalEvent } from "../domain/execution.ts";
import type { Json, JsonObject } from "../domain/json.ts";
import { redactText } from "../domain/redact.ts";

/**
 * Resume and undo read these members back, so they stay unchanged: the runbook's text and the values of steps. An
 * Operation holds references to secrets, never a secret. The runbook check refuses an input that could hold one.
 */
const EXACT = ["runbook", "inputs", "operation", "undo", "basis", "outputs"] as const;

export const exactMembers = (event: JournalEvent): Partial<JournalEvent> =>
  Object.fromEntries(Object.entries(event).filter(([name]) => EXACT.some((kept) => kept === name)));

export const redactEvent = (event: JournalEvent): JournalEvent =>
  ({ ...redact(event), ...exactMembers(event) }) as JournalEvent;

/** A member whose whole text is a secret. */
const SECRET_MEMBER = /(?:password|passwd|secret|token|(?:api|access)[_-]?key)(?:value)?$/i;

/** Removes the secrets from every text of a value, at any depth. */
export function redact<T>(value: T): T {
  return walk(value as Json) as T;
}

function walk(value: Json | undefined): Json | undefined {
  if (typeof value === "string") return redactText(value);
  if (Array.isArray(value)) return value.map((item) => walk(item) as Json);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value as JsonObject).map(([key, member]) => [key, walkMember(key, member)]));
}

function walkMember(key: string, member: Json | undefined): Json | undefined {
  return typeof member === "string" && SECRET_MEMBER.test(key) ? "[redacted]" : walk(member);
}
