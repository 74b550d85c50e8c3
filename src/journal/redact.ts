import type { Json, JsonObject } from "../domain/json.ts";

/** Texts that must never reach the disk or a screen, whatever field they stand in. */
const PATTERNS: readonly (readonly [RegExp, string])[] = [
  [/\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g, "[access key]"],
  [/\b(?:FwoG|FQoG|IQoJ|AQoD|AgoJ)[A-Za-z0-9+/=]{60,}/g, "[session token]"],
  [/(\b[a-z][a-z0-9+.-]*:\/\/[^\s:/@]*:)\S+@/gi, "$1[password]@"],
  // Not the word `secret` inside an ARN: that names a secret and does not hold it.
  [
    /(?<!\barn:aws[\w:/+.@-]*)((?:password|passwd|secret|token|(?:api|access)[_-]?key)\\?["']?\s*[=:]\s*)(?:\\?"[^"]*"|'[^']*'|[^\s"',;&\\]{4,})/gi,
    "$1[redacted]",
  ],
  [/\b(bearer\s+)[\w.~+/=-]{16,}/gi, "$1[redacted]"],
  [/https:\/\/hooks\.slack\.com\/\S+/g, "[webhook]"],
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g, "[private key]"],
];

/** One text without its secrets. */
export function redactText(text: string): string {
  return PATTERNS.reduce((shown, [pattern, name]) => shown.replace(pattern, name), text);
}

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
