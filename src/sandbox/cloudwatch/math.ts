import { AwsError } from "../http/aws-error.ts";
import { FUNCTIONS } from "./math-functions.ts";
import { type Expression, parseExpression } from "./math-parse.ts";
import { combine, type Grid, isLine, type Line, linesOf, type Value } from "./math-values.ts";
import { invalid } from "./read-alarm.ts";

const truth = (holds: boolean): number => (holds ? 1 : 0);

/** Comparisons and logic answer 1 or 0. [D] */
const OPERATORS: Readonly<Record<string, (a: number, b: number) => number>> = {
  "+": (a, b) => a + b,
  "-": (a, b) => a - b,
  "*": (a, b) => a * b,
  "/": (a, b) => a / b,
  "^": (a, b) => a ** b,
  "==": (a, b) => truth(a === b),
  "!=": (a, b) => truth(a !== b),
  "<": (a, b) => truth(a < b),
  ">": (a, b) => truth(a > b),
  "<=": (a, b) => truth(a <= b),
  ">=": (a, b) => truth(a >= b),
  "&&": (a, b) => truth(a !== 0 && b !== 0),
  AND: (a, b) => truth(a !== 0 && b !== 0),
  "||": (a, b) => truth(a !== 0 || b !== 0),
  OR: (a, b) => truth(a !== 0 || b !== 0),
};

/** What an expression can name. */
export interface Scope {
  /** The lines of the queries by id; those of expressions are evaluated on demand. */
  readonly lookUp: (id: string) => Value;
  /** The lines of the queries for metrics, by id. */
  readonly metrics: ReadonlyMap<string, Line>;
  readonly grid: Grid;
}

/** Words that are arguments, not ids. */
const WORDS: readonly string[] = ["REPEAT", "LINEAR"];

/** Evaluates an expression. Its result has to be one line or several. [D; texts I] */
export function evaluate(expression: string, scope: Scope): readonly Line[] {
  const value = resultOf(parseExpression(expression), scope);
  if (typeof value === "object") return linesOf(value);
  throw invalid(`The expression '${expression}' must result in a time series, not in one value.`);
}

function resultOf(node: Expression, scope: Scope): Value {
  switch (node.kind) {
    case "number":
    case "text":
      return node.value;
    case "name":
      return WORDS.includes(node.name) ? node.name : scope.lookUp(node.name);
    case "list":
      return node.items.flatMap((item) => linesOf(resultOf(item, scope)));
    case "minus":
      return combine(0, resultOf(node.operand, scope), (a, b) => a - b);
    case "binary":
      return combine(resultOf(node.left, scope), resultOf(node.right, scope), OPERATORS[node.operator] as never);
    case "call":
      return call(node.name, node.args, scope);
  }
}

function call(name: string, args: readonly Expression[], scope: Scope): Value {
  if (name === "METRICS") {
    const [part] = args.map((arg) => resultOf(arg, scope));
    const found = [...scope.metrics].filter(([id]) => id.includes(typeof part === "string" ? part : ""));
    return found.map(([, line]) => line);
  }
  const apply = FUNCTIONS[name];
  if (apply === undefined) {
    throw new AwsError("NotImplemented", `The sandbox does not simulate the function ${name} of metric math.`, 501);
  }
  const values = args.map((arg) => resultOf(arg, scope));
  const result = apply(values, scope.grid);
  return isLine(result) && result.label === "" ? { ...result, label: name } : result;
}
