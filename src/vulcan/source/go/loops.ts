import { aside } from "./asides.ts";
import { childOf, childrenOf, expressionsOf, type GoNode, isExpression, nodesIn } from "./node.ts";
import { doubt, type Flow, type Run } from "./run.ts";
import { isBareRange } from "./tree.ts";
import { changeOf, int, Scope, unknown, type Value } from "./value.ts";

type Pair = readonly [key: Value, value: Value];

/** A range over something whose elements are known is followed round by round; the others are looked through once. */
export function loop(run: Run, node: GoNode, scope: Scope, follow: (block: GoNode, scope: Scope) => Flow): Flow {
  const block = childOf(node, "Block");
  if (block === undefined) return undefined;
  const clause = childOf(node, "RangeClause");
  const isBare = node.children.some(isBareRange);
  const over = isBare
    ? node.children.find(isExpression)
    : clause === undefined
      ? undefined
      : expressionsOf(clause).at(-1);
  const isDeclared = clause === undefined || childOf(clause, "=") === undefined;
  const value = over === undefined ? undefined : run.evaluate(over, scope);
  const rounds = value === undefined || !isDeclared ? undefined : roundsOf(run, value);
  if (value?.kind === "unknown" || value?.kind === "function") doubt(run, node, "what it loops over is not known");
  const names = clause === undefined ? [] : childrenOf(clause, "DefName");
  const hasJump = [...nodesIn(block)].some((inner) => inner.name === "GotoStatement");
  if (value === undefined || rounds === undefined || hasJump)
    return lookedThrough(run, { node, block, names }, scope, follow);
  run.loops.push(true);
  try {
    for (const pair of rounds) {
      run.step(block);
      if (roundsOf(run, value) === undefined) doubt(run, node, "what it loops over is changed on the way");
      const inner = new Scope(scope);
      for (const [at, name] of names.entries()) inner.declare(name, pair[at] ?? unknown(name, "a loop variable"));
      const flow = follow(block, new Scope(inner));
      // Before Go 1.22 all rounds share one variable.
      inner.forget(unknown(node, "a loop variable is used after its round"));
      if (flow !== undefined) return flow;
    }
  } finally {
    run.loops.pop();
  }
  return undefined;
}

interface Loop {
  readonly node: GoNode;
  readonly block: GoNode;
  readonly names: readonly GoNode[];
}

function lookedThrough(
  run: Run,
  { node, block, names }: Loop,
  scope: Scope,
  follow: (block: GoNode, scope: Scope) => Flow,
): Flow {
  const inner = new Scope(scope);
  for (const name of names) inner.declare(name, unknown(name, "a loop whose rounds are not known"));
  run.loops.push(false);
  aside(run, node, inner, { why: "in a loop whose rounds are not known", isAfterError: false }, () => {
    for (const head of childrenOf(node, "ForClause"))
      for (const part of head.children) if (/^[A-Z]/.test(part.name)) lookThrough(run, part, inner);
    for (const test of expressionsOf(node)) run.evaluate(test, inner);
    follow(block, new Scope(inner));
  });
  run.loops.pop();
  return undefined;
}

/** The head of a C-style loop: its variables are not known, its calls are. */
function lookThrough(run: Run, part: GoNode, scope: Scope): void {
  for (const name of childrenOf(part, "DefName")) scope.declare(name, unknown(name, "a counter"));
  for (const one of isExpression(part) ? [part] : expressionsOf(part)) run.evaluate(one, scope);
}

const MOST_ROUNDS = 5000;

/** Undefined where they, or their order, are not known. */
function roundsOf(run: Run, value: Value): readonly Pair[] | undefined {
  if (value.kind === "int" && value.value <= MOST_ROUNDS)
    return Array.from({ length: Math.max(0, value.value) }, (_, at) => [int(at), int(at)] as const);
  if (value.kind === "nil") return [];
  if (value.kind !== "list" && value.kind !== "map") return undefined;
  if (changeOf(value) !== undefined || run.state.anyChange !== undefined) return undefined;
  if (value.kind === "list") return value.items.map((item, at) => [int(at), item] as const);
  return value.entries.length <= 1 ? value.entries : undefined;
}
