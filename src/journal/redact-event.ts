import type { Json, JsonObject } from "../domain/json.ts";
import { redactText } from "../domain/redact.ts";

/** A member whose whole text is a secret. */
const SECRET_MEMBER = /(?:password|passwd|secret|token|(?:api|access)[_-]?key)(?:value)?$/i;

/** Every text of a value, at any depth, without its secrets. */
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
