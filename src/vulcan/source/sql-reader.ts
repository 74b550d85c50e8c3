import { isPlain } from "../../domain/migrations/schema-object.ts";
import type { SqlToken } from "./sql-tokens.ts";

/** Reads the tokens of one statement, or of one part of it, one after another. */
export class SqlReader {
  readonly #tokens: readonly SqlToken[];
  #at = 0;

  constructor(tokens: readonly SqlToken[]) {
    this.#tokens = tokens;
  }

  get isDone(): boolean {
    return this.#at >= this.#tokens.length;
  }

  /** Takes these keywords, or none of them: `take("if exists")`. */
  take(keywords: string): boolean {
    const words = keywords.split(" ");
    const fits = words.every((word, offset) => textOf(this.#tokens[this.#at + offset], "word") === word);
    if (fits) this.#at += words.length;
    return fits;
  }

  takeMark(mark: string): boolean {
    const fits = textOf(this.#tokens[this.#at], "mark") === mark;
    if (fits) this.#at += 1;
    return fits;
  }

  /** One plain identifier, quoted or not. */
  name(): string | undefined {
    const token = this.#tokens[this.#at];
    const name = textOf(token, "word") ?? textOf(token, "quoted");
    if (name === undefined || !isPlain(name)) return undefined;
    this.#at += 1;
    return name;
  }

  /** `name`, or `schema.name`. */
  path(): string | undefined {
    const first = this.name();
    if (first === undefined || !this.takeMark(".")) return first;
    const second = this.name();
    return second === undefined ? undefined : `${first}.${second}`;
  }

  /** Paths with commas between them, without `ONLY` and `*`; undefined if one of them is no plain path. */
  paths(): string[] | undefined {
    const paths: string[] = [];
    do {
      this.take("only");
      const path = this.path();
      if (path === undefined) return undefined;
      paths.push(path);
      this.takeMark("*");
    } while (this.takeMark(","));
    return paths;
  }

  /** What is left, split at the commas outside of brackets. */
  parts(): SqlReader[] {
    const parts: SqlToken[][] = [[]];
    let depth = 0;
    for (const token of this.#tokens.slice(this.#at)) {
      const mark = textOf(token, "mark") ?? "";
      if ("([".includes(mark) && mark !== "") depth += 1;
      if (")]".includes(mark) && mark !== "") depth -= 1;
      if (mark === "," && depth === 0) parts.push([]);
      else parts.at(-1)?.push(token);
    }
    return parts.map((part) => new SqlReader(part));
  }

  /** Whether one of these words is anywhere in the rest. */
  has(...words: readonly string[]): boolean {
    return this.#tokens.slice(this.#at).some((token) => token.kind === "word" && words.includes(token.text));
  }
}

function textOf(token: SqlToken | undefined, kind: "word" | "quoted" | "mark"): string | undefined {
  return token?.kind === kind ? token.text : undefined;
}
