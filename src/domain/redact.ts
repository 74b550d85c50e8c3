/** Texts that must never reach a disk, a screen or a log, whatever field they stand in. */
const PATTERNS: readonly (readonly [RegExp, string])[] = [
  [/\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g, "[access key]"],
  [/\b(?:FwoG|FQoG|IQoJ|AQoD|AgoJ)[A-Za-z0-9+/=]{60,}/g, "[session token]"],
  // Of a URL; its scheme is not looked for, since that costs more than all the others together.
  [/(:\/\/[^\s:/@]*:)\S+@/g, "$1[password]@"],
  // Not the word `secret` inside an ARN: that names a secret and does not hold it.
  [
    /(?<!\barn:aws[\w:/+.@-]*)((?:(?:password|passwd|secret|(?:api|access)[_-]?key)\\?["']?\s*[=:]|token(?:\\?["']\s*[=:]|\s*=))\s*)(?:\\?"[^"]*"|'[^']*'|[^\s"',;&\\]{4,})/gi,
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
