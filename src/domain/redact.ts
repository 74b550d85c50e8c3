import type { Json, JsonObject } from "./json.ts";

/**
 * Texts that must never reach a disk, a screen or a log, whatever field holds them. Each pattern passes over a text
 * once: a container's output can be long, and can be written to make a pattern slow.
 */
const PATTERNS: readonly (readonly [RegExp, string | ((match: string, ...groups: string[]) => string)])[] = [
  [/\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g, "[access key]"],
  [/\b(?:FwoG|FQoG|IQoJ|AQoD|AgoJ)[A-Za-z0-9+/=]{60,}/g, "[session token]"],
  // The password of a URL. To match the scheme as well would cost more than all other patterns together.
  [/(:\/\/[^\s:/@]*:)(\S+)/g, withoutPassword],
  // Match ARNs first and skip them: an ARN with the word `secret` names a secret but does not contain it.
  [
    /\barn:aws[\w:/+.@-]*|((?:(?:password|passwd|secret|(?:api|access)[_-]?key)\\?["']?\s*[=:]|token(?:\\?["']\s*[=:]|\s*=))\s*)(?:\\?"[^"]*"|'[^']*'|[^\s"',;&\\]{4,})/gi,
    (match, name) => (name === undefined ? match : `${name}[redacted]`),
  ],
  [/\b(bearer\s+)[\w.~+/=-]{16,}/gi, "$1[redacted]"],
  [/https:\/\/hooks\.slack\.com\/\S+/g, "[webhook]"],
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g, "[private key]"],
];

/** Each pattern needs one of these. Most texts of an answer have none: they cost a tenth of what the patterns would. */
const MAY_HOLD_SECRET = /[:=]|AKIA|ASIA|FwoG|FQoG|IQoJ|AQoD|AgoJ|bearer|BEGIN/i;

/** A password can contain an @ itself, so it ends at the last one. */
function withoutPassword(match: string, user = "", rest = ""): string {
  const end = rest.lastIndexOf("@");
  return end > 0 ? `${user}[password]${rest.slice(end)}` : match;
}

/** One text without its secrets. */
export function redactText(text: string): string {
  if (!MAY_HOLD_SECRET.test(text)) return text;
  return PATTERNS.reduce((shown, [pattern, put]) => {
    return typeof put === "string" ? shown.replace(pattern, put) : shown.replace(pattern, put);
  }, text);
}

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
