import { redactText } from "./redact.ts";

/**
 * Text from a server, made safe for a terminal, a journal and a log: every control character, bidirectional override
 * and invisible character is shown as its code point (`\u{1b}`), so that it cannot move the cursor, hide text or
 * imitate a prompt. Line feeds and tabs survive only where `lines` is set.
 */
export function sanitise(text: string, options: { readonly lines?: boolean; readonly most?: number } = {}): string {
  const most = options.most ?? 4000;
  const shown = options.lines === true ? text.replaceAll("\r\n", "\n") : text;
  const pattern = options.lines === true ? UNSAFE_IN_LINES : UNSAFE;
  const safe = shown.slice(0, most).replace(pattern, (char) => `\\u{${(char.codePointAt(0) ?? 0).toString(16)}}`);
  return shown.length > most ? `${safe}… (${shown.length - most} more characters)` : safe;
}

// Cc: control characters. Cf: format characters, among them bidi overrides and zero-width ones. DI: what renders as
// nothing at all, such as Hangul fillers. Zl, Zp: line and paragraph separators. Cs: lone surrogates. Co: private use.
const UNSAFE = /[\p{Cc}\p{Cf}\p{DI}\p{Zl}\p{Zp}\p{Cs}\p{Co}]/gu;
const UNSAFE_IN_LINES = /(?![\n\t])[\p{Cc}\p{Cf}\p{DI}\p{Zl}\p{Zp}\p{Cs}\p{Co}]/gu;

/** Every text in a record, at any depth, safe to show; line feeds stay, and nothing is cut. */
export function sanitiseRecord<T>(value: T): T {
  if (typeof value === "string") return sanitise(value, { lines: true, most: Number.POSITIVE_INFINITY }) as T;
  if (value === null || typeof value !== "object") return value;
  if (Array.isArray(value)) return value.map(sanitiseRecord) as T;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, sanitiseRecord(member)])) as T;
}

/** Every text in an answer, at any depth, safe to show and without secrets; dates and byte arrays pass as they are. */
export function sanitiseDeep<T>(value: T): T {
  if (typeof value === "string") return redactText(sanitise(value)) as T;
  if (value === null || typeof value !== "object" || value instanceof Date || value instanceof Uint8Array) return value;
  if (Array.isArray(value)) return value.map(sanitiseDeep) as T;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [sanitise(key), sanitiseDeep(member)])) as T;
}
