import { invalid } from "./read-alarm.ts";

/** A metric math expression, read. */
export type Expression =
  | { readonly kind: "number"; readonly value: number }
  | { readonly kind: "text"; readonly value: string }
  | { readonly kind: "name"; readonly name: string }
  | { readonly kind: "list"; readonly items: readonly Expression[] }
  | { readonly kind: "call"; readonly name: string; readonly args: readonly Expression[] }
  | { readonly kind: "minus"; readonly operand: Expression }
  | { readonly kind: "binary"; readonly operator: string; readonly left: Expression; readonly right: Expression };

const TOKEN = /\s*(\d+\.?\d*(?:[eE][+-]?\d+)?|\.\d+|[A-Za-z_]\w*|'[^']*'|"[^"]*"|==|!=|<=|>=|&&|\|\||[-+*/^<>(),[\]])/y;

/** What binds weakest first. Words are operators as well. [D] */
const LEVELS: readonly (readonly string[])[] = [
  ["||", "OR"],
  ["&&", "AND"],
  ["==", "!=", "<", ">", "<=", ">="],
  ["+", "-"],
  ["*", "/"],
];

/** Reads an expression of numbers, ids, functions, lists and operators. [D; text of the refusal I] */
export function parseExpression(expression: string): Expression {
  const reader = new Parser(tokensOf(expression), expression);
  const read = reader.level(0);
  reader.end();
  return read;
}

function tokensOf(expression: string): string[] {
  const found: string[] = [];
  const text = expression.trimEnd();
  for (let at = 0; at < text.length; at = TOKEN.lastIndex) {
    TOKEN.lastIndex = at;
    const token = TOKEN.exec(text)?.[1];
    if (token === undefined) throw refusal(expression);
    found.push(token);
  }
  return found;
}

const refusal = (expression: string): Error => invalid(`Error in expression '${expression}': it cannot be read.`);

class Parser {
  readonly #tokens: readonly string[];
  readonly #text: string;
  #at = 0;

  constructor(tokens: readonly string[], text: string) {
    this.#tokens = tokens;
    this.#text = text;
  }

  end(): void {
    if (this.#at < this.#tokens.length) throw refusal(this.#text);
  }

  level(depth: number): Expression {
    const operators = LEVELS[depth];
    if (operators === undefined) return this.#power();
    let left = this.level(depth + 1);
    for (let operator = this.#peek(); operator !== undefined && operators.includes(operator); operator = this.#peek()) {
      this.#at++;
      left = { kind: "binary", operator, left, right: this.level(depth + 1) };
    }
    return left;
  }

  #power(): Expression {
    const base = this.#unary();
    if (this.#peek() !== "^") return base;
    this.#at++;
    return { kind: "binary", operator: "^", left: base, right: this.#power() };
  }

  #unary(): Expression {
    if (this.#peek() !== "-") return this.#primary();
    this.#at++;
    return { kind: "minus", operand: this.#unary() };
  }

  #primary(): Expression {
    const token = this.#take();
    if (/^[\d.]/.test(token)) return { kind: "number", value: Number(token) };
    if (/^['"]/.test(token)) return { kind: "text", value: token.slice(1, -1) };
    if (token === "[") return { kind: "list", items: this.#items("]") };
    if (token === "(") {
      const inner = this.level(0);
      if (this.#take() !== ")") throw refusal(this.#text);
      return inner;
    }
    if (!/^[A-Za-z_]/.test(token)) throw refusal(this.#text);
    if (this.#peek() !== "(") return { kind: "name", name: token };
    this.#at++;
    return { kind: "call", name: token.toUpperCase(), args: this.#items(")") };
  }

  #items(end: string): Expression[] {
    const items: Expression[] = [];
    if (this.#peek() === end) {
      this.#at++;
      return items;
    }
    for (;;) {
      items.push(this.level(0));
      const token = this.#take();
      if (token === end) return items;
      if (token !== ",") throw refusal(this.#text);
    }
  }

  #peek(): string | undefined {
    return this.#tokens[this.#at];
  }

  #take(): string {
    const token = this.#tokens[this.#at++];
    if (token === undefined) throw refusal(this.#text);
    return token;
  }
}
