import { CST, Lexer } from "yaml";
import type { TextPosition } from "../problem.ts";

/** A piece of YAML text as the lexer cuts it. */
export interface Token extends TextPosition {
  /** The name that `yaml` gives to this kind of token; `text` for the inside of a plain or block scalar. */
  readonly type: string;
  readonly text: string;
}

/** The tokens of a text with their places; lazy, so that a reader may stop early. */
export function* tokensOf(text: string): Generator<Token> {
  let line = 1;
  let column = 1;
  let isText = false;
  for (const token of new Lexer().lex(text)) {
    const type: string = isText ? "text" : (CST.tokenType(token) ?? "text");
    // The lexer announces a scalar by a mark of its own and sends its text next.
    isText = type === "scalar";
    if (MARKS.has(type)) continue;
    yield { type, text: token, line, column };
    const breaks = token.split("\n");
    line += breaks.length - 1;
    column = breaks.length === 1 ? column + token.length : (breaks.at(-1) ?? "").length + 1;
  }
}

/** Control characters that the lexer adds; they are not in the text. */
const MARKS: ReadonlySet<string> = new Set(["scalar", "doc-mode", "flow-error-end"]);
