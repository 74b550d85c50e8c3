import { invalid } from "./invalid.ts";

/** `word`: a name, a function or an operator in letters. `mark`: an operator or a bracket. */
export interface Token {
  readonly kind: "word" | "name" | "value" | "number" | "mark";
  readonly text: string;
}

const FORMS: readonly (readonly [kind: Token["kind"], form: RegExp])[] = [
  ["name", /#[A-Za-z0-9_]+/y],
  ["value", /:[A-Za-z0-9_]+/y],
  ["word", /[A-Za-z_][A-Za-z0-9_]*/y],
  ["number", /\d+/y],
  ["mark", /<>|<=|>=|[=<>(),.[\]+-]/y],
];

const SPACE = /\s*/y;

/** `what`: the request's member that holds the expression. */
export function tokensOf(text: string, what: string): readonly Token[] {
  const tokens: Token[] = [];
  for (let at = spaceAfter(text, 0); at < text.length; ) {
    const token = tokenAt(text, at);
    if (token === undefined) throw syntaxError(what, text.charAt(at), text.slice(at, at + 10));
    tokens.push(token);
    at = spaceAfter(text, at + token.text.length);
  }
  if (tokens.length === 0) throw invalid(`Invalid ${what}: The expression can not be empty;`);
  return tokens;
}

function tokenAt(text: string, at: number): Token | undefined {
  for (const [kind, form] of FORMS) {
    form.lastIndex = at;
    const [found] = form.exec(text) ?? [];
    if (found !== undefined) return { kind, text: found };
  }
  return undefined;
}

function spaceAfter(text: string, at: number): number {
  SPACE.lastIndex = at;
  return at + (SPACE.exec(text)?.[0].length ?? 0);
}

export const syntaxError = (what: string, token: string, near: string): Error =>
  invalid(`Invalid ${what}: Syntax error; token: "${token}", near: "${near}"`);

/** Reads tokens one after another. */
export class TokenReader {
  readonly what: string;
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(text: string, what: string) {
    this.what = what;
    this.#tokens = tokensOf(text, what);
  }

  peek(ahead = 0): Token | undefined {
    return this.#tokens[this.#at + ahead];
  }

  take(): Token {
    const token = this.peek();
    if (token === undefined) throw this.unexpected();
    this.#at++;
    return token;
  }

  /** Takes the next token where it is this mark, or this word in any case. */
  takes(text: string): boolean {
    if (!this.isAt(text)) return false;
    this.#at++;
    return true;
  }

  isAt(text: string): boolean {
    const token = this.peek();
    if (token?.kind === "mark") return token.text === text;
    return token?.kind === "word" && token.text.toUpperCase() === text;
  }

  expect(text: string): void {
    if (!this.takes(text)) throw this.unexpected();
  }

  end(): void {
    if (this.peek() !== undefined) throw this.unexpected();
  }

  unexpected(): Error {
    const near = this.#tokens.slice(Math.max(0, this.#at - 1), this.#at + 2).map(({ text }) => text);
    return syntaxError(this.what, this.peek()?.text ?? "<EOF>", near.join(" "));
  }
}
