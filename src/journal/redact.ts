import type { Json, JsonObject } from "../domain/json.ts";

/** Texts that must never reach the disk or a screen, whatever field they stand in. */
const PATTERNS: readonly (readonly [RegExp, string])[] = [
  [/\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g, "[access key]"],
  [/\b(?:FwoG|IQoJ)[A-Za-z0-9+/=]{60,}/g, "[session token]"],
  [/(\b[a-z][a-z0-9+.-]*:\/\/[^\s:/@]+:)[^\s@]+@/gi, "$1[password]@"],
  [/((?:password|passwd|secret|token|api[_-]?key)["']?\s*[=:]\s*["']?)[^\s"',;&]{4,}/gi, "$1[redacted]"],
  [/https:\/\/hooks\.slack\.com\/\S+/g, "[webhook]"],
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g, "[private key]"],
];

/** One text without its secrets. */
export function redactText(text: string): string {
  return PATTERNS.reduce((shown, [pattern, name]) => shown.replace(pattern, name), text);
}

/** Every text of a value, at any depth, without its secrets. */
export function redact<T>(value: T): T {
  return walk(value as Json) as T;
}

function walk(value: Json | undefined): Json | undefined {
  if (typeof value === "string") return redactText(value);
  if (Array.isArray(value)) return value.map((item) => walk(item) as Json);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value as JsonObject).map(([key, member]) => [key, walk(member)]));
}
