import { AwsError } from "../http/aws-error.ts";

type Test = (event: unknown) => boolean;

const TOKEN = /\s*(\$(?:\.[\w-]+|\[\d+\]|\["[^"]+"\])+|"[^"]*"|%[^%]+%|&&|\|\||!=|<=|>=|[=<>(){}]|[^\s=<>!(){}&|]+)/y;

/** Reads `{ $.level = "error" && $.status >= 500 }`: comparisons, IS NULL, NOT EXISTS, `&&`, `||` and brackets. [D] */
export function readJsonPattern(pattern: string): (message: string) => boolean {
  const reader = new Reader(tokens(pattern));
  reader.take("{");
  const test = reader.any();
  reader.take("}");
  reader.end();
  return (message) => {
    const event = parsed(message);
    return event !== undefined && test(event);
  };
}

const refuse = (): never => {
  throw new AwsError("InvalidParameterException", "Invalid filter pattern");
};

function tokens(pattern: string): string[] {
  const found: string[] = [];
  TOKEN.lastIndex = 0;
  for (let at = 0; at < pattern.trimEnd().length; at = TOKEN.lastIndex) {
    TOKEN.lastIndex = at;
    found.push(TOKEN.exec(pattern)?.[1] ?? refuse());
  }
  return found;
}

/** Only an object or a list is an event of JSON. */
function parsed(message: string): object | undefined {
  try {
    const value: unknown = JSON.parse(message);
    return typeof value === "object" && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

/** The value at `$.a.b[0]`; undefined if there is none. */
function valueAt(event: unknown, selector: string): unknown {
  const steps = [...selector.matchAll(/\.([\w-]+)|\[(\d+)\]|\["([^"]+)"\]/g)].map(
    (step) => step[1] ?? step[2] ?? step[3] ?? "",
  );
  return steps.reduce<unknown>(
    (value, step) =>
      typeof value === "object" && value !== null ? (value as Record<string, unknown>)[step] : undefined,
    event,
  );
}

const NUMERIC: Readonly<Record<string, (own: number, value: number) => boolean>> = {
  "<": (own, value) => own < value,
  ">": (own, value) => own > value,
  "<=": (own, value) => own <= value,
  ">=": (own, value) => own >= value,
};

/** Text may hold `*`; `%…%` is a regular expression. A number is compared as a number. [D] */
function equals(own: unknown, value: string): boolean {
  if (value.startsWith("%")) return typeof own === "string" && new RegExp(value.slice(1, -1)).test(own);
  const isText = value.startsWith('"');
  if (!isText && value !== "" && Number.isFinite(Number(value)) && typeof own === "number")
    return own === Number(value);
  if (typeof own !== "string") return false;
  const glob = (isText ? value.slice(1, -1) : value)
    .split("*")
    .map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&"));
  return new RegExp(`^${glob.join(".*")}$`, "s").test(own);
}

class Reader {
  readonly #tokens: readonly string[];
  #at = 0;

  constructor(all: readonly string[]) {
    this.#tokens = all;
  }

  take(token: string): void {
    if (this.next() !== token) refuse();
  }

  next(): string {
    return this.#tokens[this.#at++] ?? refuse();
  }

  end(): void {
    if (this.#at < this.#tokens.length) refuse();
  }

  any(): Test {
    const parts = [this.#all()];
    while (this.#is("||")) parts.push(this.#all());
    return (event) => parts.some((test) => test(event));
  }

  #all(): Test {
    const parts = [this.#one()];
    while (this.#is("&&")) parts.push(this.#one());
    return (event) => parts.every((test) => test(event));
  }

  #is(token: string): boolean {
    if (this.#tokens[this.#at] !== token) return false;
    this.#at++;
    return true;
  }

  #one(): Test {
    if (this.#is("(")) {
      const inner = this.any();
      this.take(")");
      return inner;
    }
    const selector = this.next();
    if (!selector.startsWith("$")) refuse();
    return this.#comparison(selector, this.next());
  }

  #comparison(selector: string, operator: string): Test {
    if (operator === "NOT") {
      this.take("EXISTS");
      return (event) => valueAt(event, selector) === undefined;
    }
    const value = this.next();
    if (operator === "IS") {
      const wanted = { NULL: null, TRUE: true, FALSE: false }[value];
      if (wanted === undefined) refuse();
      return (event) => valueAt(event, selector) === wanted;
    }
    if (operator === "=") return (event) => equals(valueAt(event, selector), value);
    if (operator === "!=") return (event) => !equals(valueAt(event, selector), value);
    const compare = NUMERIC[operator] ?? refuse();
    const number = Number(value);
    if (!Number.isFinite(number)) refuse();
    return (event) => {
      const own = valueAt(event, selector);
      return typeof own === "number" && compare(own, number);
    };
  }
}
