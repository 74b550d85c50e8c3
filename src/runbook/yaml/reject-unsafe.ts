import {
  MAX_BYTES,
  MAX_DEPTH,
  MAX_KEYS,
  MAX_PARTS,
  TOO_DEEP,
  TOO_LONG,
  TOO_MANY_KEYS,
  TOO_MANY_PARTS,
} from "../limits.ts";
import { quoted, type Report, type TextPosition } from "../problem.ts";
import { type Token, tokensOf } from "./tokens.ts";

/**
 * Refuses text that could overload the YAML parser or change its meaning, before the parser sees it. Only the lexer
 * runs: it is linear, and stops at the first limit. Returns false where the text must not be parsed.
 */
export function scan(text: string, report: Report): boolean {
  const tally = new Tally();
  const refused: [Token, Refusal][] = [];
  // Scan a text that is too long only up to the limit: another limit that it breaks before says more.
  for (const token of tokensOf(text.slice(0, MAX_BYTES))) {
    const limit = tally.add(token);
    if (limit !== undefined) {
      report("VOPS005", token, limit);
      return false;
    }
    const refusal = REFUSED[token.type]?.(token);
    if (refusal !== undefined) refused.push([token, refusal]);
  }
  if (text.length > MAX_BYTES || Buffer.byteLength(text) > MAX_BYTES) {
    report("VOPS005", endOf(text.slice(0, MAX_BYTES)), TOO_LONG);
    return false;
  }
  for (const [token, [message, hint]] of refused) {
    report(token.type === "directive-line" ? "VOPS003" : "VOPS004", token, message, hint);
  }
  return !refused.some(([{ type }]) => type === "directive-line");
}

function endOf(text: string): TextPosition {
  const lines = text.split("\n");
  return { line: lines.length, column: Math.max(1, lines.at(-1)?.length ?? 1) };
}

type Refusal = readonly [message: string, hint: string];

// A directive can turn `no` into false and 012 into 10, so checks of the text after it would be wrong.
const VERSION = /^%YAML[ \t]+1\.2[ \t]*$/;
const notAllowed =
  (type: string, hint: string) =>
  ({ text }: Token): Refusal => [`the ${type} ${quoted(text)} is not allowed`, hint];

const REFUSED: Readonly<Record<string, (token: Token) => Refusal | undefined>> = {
  "directive-line": (token) =>
    VERSION.test(token.text) ? undefined : notAllowed("directive", "a runbook is YAML 1.2; leave the line out")(token),
  anchor: notAllowed("anchor", "a runbook writes every value out; quote a text that begins with &"),
  alias: notAllowed("alias", "a runbook writes every value out; quote a text that begins with *"),
  tag: notAllowed("tag", "a runbook is plain data; quote a text that begins with !"),
};

const SILENT: ReadonlySet<string> = new Set(["space", "newline", "comment", "byte-order-mark"]);
// `{` counts because `{a}` has a key without a colon; a comma inside a map for the same reason.
const KEYS: ReadonlySet<string> = new Set(["map-value-ind", "explicit-key-ind", "flow-map-start"]);
const OPENING: ReadonlySet<string> = new Set(["flow-map-start", "flow-seq-start"]);
const CLOSING: ReadonlySet<string> = new Set(["flow-map-end", "flow-seq-end"]);
/** After these tokens, another block may begin on the same line. */
const NESTING: ReadonlySet<string> = new Set(["seq-item-ind", "explicit-key-ind"]);

/** Counts keys, parts and open levels: never less than the parser makes of them, except lists at their key's column. */
class Tally {
  private keys = 0;
  private parts = 0;
  private readonly flow: string[] = [];
  private readonly columns: number[] = [];
  private opensBlock = true;

  /** The limit that this token breaks. */
  add(token: Token): string | undefined {
    if (!SILENT.has(token.type)) this.count(token);
    if (token.text.includes("\n")) this.opensBlock = true;
    if (this.keys > MAX_KEYS) return TOO_MANY_KEYS;
    if (this.parts > MAX_PARTS) return TOO_MANY_PARTS;
    return this.flow.length + this.columns.length > MAX_DEPTH ? TOO_DEEP : undefined;
  }

  private count({ type, column }: Token): void {
    this.parts += 1;
    if (this.opensBlock && this.flow.length === 0) this.open(column);
    this.opensBlock = this.opensBlock && NESTING.has(type);
    if (KEYS.has(type) || (type === "comma" && this.flow.at(-1) === "flow-map-start")) this.keys += 1;
    if (OPENING.has(type)) this.flow.push(type);
    if (CLOSING.has(type)) this.flow.pop();
  }

  private open(column: number): void {
    while ((this.columns.at(-1) ?? 0) >= column) this.columns.pop();
    this.columns.push(column);
  }
}
