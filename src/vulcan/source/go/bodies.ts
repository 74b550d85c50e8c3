import { Machine, parametersOf } from "./machine.ts";
import type { GoNode } from "./node.ts";
import type { GoPackage } from "./package.ts";
import { doubt, type PackageState } from "./run.ts";
import { transactionOf } from "./types.ts";
import { type Doubt, type Execution, type GoFunction, HARMLESS, unknown, type Value } from "./value.ts";

/** What an Up or a Down does. */
export interface GoBody {
  /** Its texts, in the order in which they are executed. */
  readonly executions: readonly Execution[];
  /** What else it may do; empty where the texts are all. */
  readonly doubts: readonly Doubt[];
  /** It is nil, or was never given. */
  readonly isMissing: boolean;
}

export function bodyOf(go: GoPackage, state: PackageState, value: Value, at: GoNode): GoBody {
  if (value.kind === "nil") return { executions: [], doubts: [], isMissing: true };
  if (value.kind === "text" && isSql(value.text))
    return { executions: [{ sql: value.text, node: at }], doubts: [], isMissing: false };
  if (value.kind !== "function") {
    const why = value.kind === "unknown" ? value : { node: at, why: "what is given here is no function that is known" };
    return { executions: [], doubts: [why], isMissing: false };
  }
  const machine = new Machine(go, state);
  machine.follow(() => run(machine, value));
  return { executions: machine.executions, doubts: distinct(machine.doubts), isMissing: false };
}

/** A text in place of the function is what the runner executes, unless it is one word: the name of a file. */
const isSql = (text: string): boolean => /\S\s+\S/.test(text);

function run(machine: Machine, target: GoFunction): void {
  const parameters = parametersOf(target.node);
  const apis = parameters.map(({ type }) => (type === undefined ? undefined : transactionOf(machine.go, type)));
  const count = apis.filter((api) => api !== undefined).length;
  if (count !== 1) doubt(machine, target.node, `${count} of its parameters are a transaction that is known, not 1`);
  const values = parameters.map(({ name }, at): Value => {
    const api = apis[at];
    if (count === 1 && api !== undefined) return { kind: "transaction", api };
    return isContext(parameters[at]?.type) ? HARMLESS : unknown(name ?? target.node, "a parameter that is not known");
  });
  const result = machine.call(target, values, target.node);
  const last = result.kind === "tuple" ? result.items.at(-1) : result;
  if (last?.kind === "failure") doubt(machine, target.node, "it always ends with an error");
  if (last?.kind === "unknown") doubt(machine, last.node, `what it returns is not known: ${last.why}`);
}

const isContext = (type: GoNode | undefined): boolean =>
  type !== undefined && type.file.text.slice(type.from, type.to) === "context.Context";

function distinct(doubts: readonly Doubt[]): readonly Doubt[] {
  return [...new Map(doubts.map((one) => [`${one.node.file.path} ${one.node.from} ${one.why}`, one])).values()];
}
