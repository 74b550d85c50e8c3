import type { YAMLError } from "yaml";
import { sanitise } from "../../domain/sanitise.ts";
import type { TextPosition } from "../problem.ts";
import { EXAMPLE } from "../reference.ts";
import type { RuleId } from "../rules.ts";

interface SyntaxProblem {
  readonly rule: RuleId;
  readonly place: TextPosition;
  readonly message: string;
  readonly hint?: string;
}

/** A parser's error in our words; undefined where the scan has reported it already. */
export function syntaxProblem(
  error: YAMLError,
  place: TextPosition,
  lines: readonly string[],
): SyntaxProblem | undefined {
  if (REPORTED_BEFORE.has(error.code)) return undefined;
  const tab = tabNear(place, lines);
  if (tab !== undefined) return { rule: "VOPS002", place: tab, message: "a tab may not indent", hint: "use spaces" };
  const message = MESSAGES[error.code] ?? `this is not valid YAML: ${sanitise(error.message, { most: 200 })}`;
  const line = lines[place.line - 1] ?? "";
  const hint = hintFor(line);
  const rule = line.includes("${{") ? "VOPS008" : "VOPS001";
  return { rule, place, message, ...(hint !== undefined && { hint }) };
}

// Anchors, aliases and tags: the scan refuses them all, at their own place.
const REPORTED_BEFORE: ReadonlySet<string> = new Set([
  "TAG_RESOLVE_FAILED",
  "BAD_ALIAS",
  "ALIAS_PROPS",
  "MULTIPLE_ANCHORS",
  "MULTIPLE_TAGS",
]);

const MESSAGES: Readonly<Record<string, string>> = {
  MULTIPLE_DOCS: "a second document begins here; a file holds one runbook",
};

/** The parser often notices an indenting tab late, as another error on the line before it. */
function tabNear({ line }: TextPosition, lines: readonly string[]): TextPosition | undefined {
  const found = [line, line + 1].find((number) => /^ *\t/.test(lines[number - 1] ?? ""));
  return found === undefined ? undefined : { line: found, column: (lines[found - 1] ?? "").indexOf("\t") + 1 };
}

/** Two common mistakes: from authors who know GitHub Actions, and from text of a log line. */
function hintFor(line: string): string | undefined {
  if (line.includes("${{")) return `inside { } or [ ] a reference is quoted: "${EXAMPLE}"`;
  return /: .*: /.test(line) ? "quote a text that contains a colon" : undefined;
}
