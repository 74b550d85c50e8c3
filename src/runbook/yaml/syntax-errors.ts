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
  const open = error.code === "MISSING_CHAR" ? openQuote(lines) : undefined;
  if (open !== undefined) return { rule: "VOPS001", place: open, message: "a quote that opens here is not closed" };
  const message = messageOf(error) ?? `this is not valid YAML: ${sanitise(error.message, { most: 200 })}`;
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
  BLOCK_AS_IMPLICIT_KEY: "a second colon makes a second key on this line",
  MISSING_CHAR: "a quote, a bracket or a brace is not closed",
  UNEXPECTED_TOKEN: "this does not fit here: a quote, a bracket or an indent is wrong",
  MULTIPLE_DOCS: "a second document begins here; a file holds one runbook",
};

/** The parser notices at the end of the text: the first line with an odd number of one kind of quotes is meant. */
function openQuote(lines: readonly string[]): TextPosition | undefined {
  for (const [index, line] of lines.entries()) {
    const text = line.replace(/\\./g, "  ");
    const odd = ['"', "'"].find(
      (quote) => new RegExp(`[:\\[{,-]\\s*${quote}`).test(text) && text.split(quote).length % 2 === 0,
    );
    if (odd !== undefined) return { line: index + 1, column: text.lastIndexOf(odd) + 1 };
  }
  return undefined;
}

function messageOf({ code, message }: YAMLError): string | undefined {
  if (code !== "BAD_INDENT") return MESSAGES[code];
  const isOpen = message.includes("and end with");
  return isOpen ? "a { or [ before this place is not closed" : "this line is not indented as the lines beside it";
}

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
