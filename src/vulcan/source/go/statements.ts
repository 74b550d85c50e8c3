import { aside } from "./asides.ts";
import { targetsOf } from "./assignments.ts";
import { combined, specValue } from "./expressions.ts";
import { loop } from "./loops.ts";
import { childOf, childrenOf, expressionsOf, type GoNode, isExpression, sourceOf } from "./node.ts";
import { specsOf } from "./package.ts";
import { doubt, type Flow, RESULTS, type Run } from "./run.ts";
import { change, HARMLESS, NIL, OUTCOME, Scope, unknown, type Value } from "./value.ts";

export function executeBlock(run: Run, block: GoNode, scope: Scope): Flow {
  for (const statement of block.children) {
    const flow = executeStatement(run, statement, scope);
    if (flow !== undefined) return flow;
  }
  return undefined;
}

function executeStatement(run: Run, node: GoNode, scope: Scope): Flow {
  run.step(node);
  switch (node.name) {
    case "ExprStatement":
      run.evaluate(expressionsOf(node)[0] ?? node, scope);
      return undefined;
    case "VarDecl":
    case "ConstDecl":
      return declare(run, node, scope);
    case "TypeDecl":
      return declareTypes(node, scope);
    case "Assignment":
    case "IncDecStatement":
      return assign(run, node, scope);
    case "Block":
      return executeBlock(run, node, new Scope(scope));
    case "IfStatement":
      return condition(run, node, new Scope(scope));
    case "ForStatement":
      return loop(run, node, new Scope(scope), (block, inner) => executeBlock(run, block, inner));
    case "ReturnStatement":
      return leave(run, node, scope);
    case "DeferStatement":
    case "GoStatement":
      return later(run, node, scope);
    case "SwitchStatement":
    case "TypeSwitchStatement":
      return cases(run, node, new Scope(scope));
    case "GotoStatement":
      return jump(run, node);
    case "FallthroughStatement":
      return undefined;
    default:
      if (isExecutable(node)) run.earlyEnd ??= doubt(run, node, `${WORDS[node.name] ?? "a statement"} is not followed`);
      aside(run, node, scope, { why: "in what is not followed", isAfterError: false }, () => undefined);
      return undefined;
  }
}

const WORDS: Readonly<Record<string, string>> = {
  SelectStatement: "a select",
  LabeledStatement: "a label",
  SendStatement: "a channel",
};

/** Brackets and semicolons are no statements. */
const isExecutable = ({ name }: GoNode): boolean => /^[A-Z]/.test(name);

/** Each value is worked out before its name is new. */
function declare(run: Run, node: GoNode, scope: Scope): Flow {
  const all = specsOf(node);
  for (const spec of new Set(all.map((one) => one.spec))) {
    const specs = all.filter((one) => one.spec === spec);
    const [only, ...more] = expressionsOf(spec);
    const isCall = only !== undefined && more.length === 0 && specs.length > 1;
    const values = isCall
      ? spread(run.evaluate(only, scope), specs.length, spec)
      : specs.map((one) => specValue(run, one, scope));
    for (const [at, { name }] of specs.entries()) give(run, scope, spec, name, values[at] ?? HARMLESS);
  }
  return undefined;
}

/** `a, err := …` keeps an `err` that this block has already: a closure may hold it. */
function give(run: Run, scope: Scope, spec: GoNode, name: GoNode, value: Value): void {
  const key = sourceOf(name);
  if (spec.name === "VarDecl" && scope.has(key)) scope.assign(key, run.earlyEnd ?? value);
  else scope.declare(key, value);
}

/** The values of one call, for several names. */
function spread(value: Value, count: number, node: GoNode): readonly Value[] {
  if (value.kind === "tuple" && value.items.length === count) return value.items;
  const names = Array.from({ length: count });
  if (value.kind === "harmless") return names.map((_, at) => (at > 0 && at === count - 1 ? OUTCOME : HARMLESS));
  const from = value.kind === "unknown" ? value : unknown(node, "several values that are not known");
  return names.map(() => from);
}

function declareTypes(node: GoNode, scope: Scope): Flow {
  for (const list of [node, ...childrenOf(node, "SpecList")])
    for (const spec of childrenOf(list, "TypeSpec")) {
      const name = childOf(spec, "DefName");
      if (name !== undefined) scope.declare(name, unknown(spec, "a type of a function's own"));
    }
  return undefined;
}

function assign(run: Run, node: GoNode, scope: Scope): Flow {
  const targets = targetsOf(node);
  for (const target of targets) if (target.name !== "VariableName") changePart(run, node, target, scope);
  const update = childOf(node, "UpdateOp", "IncDecOp");
  if (update !== undefined) {
    const [target] = targets;
    const [, right] = expressionsOf(node);
    const value = right === undefined ? ({ kind: "int", value: 1 } as const) : run.evaluate(right, scope);
    if (target?.name === "VariableName") {
      const before = run.evaluate(target, scope);
      scope.assign(sourceOf(target), run.earlyEnd ?? combined(node, sourceOf(update)[0] ?? "", before, value));
    }
    return undefined;
  }
  const sign = node.children.findIndex(({ name }) => name === "=");
  const written = node.children.slice(sign + 1).filter(isExpression);
  const worked = written.map((part) => run.evaluate(part, scope));
  const values = worked.length === targets.length ? worked : spread(worked[0] ?? HARMLESS, targets.length, node);
  for (const [at, target] of targets.entries())
    if (target.name === "VariableName")
      scope.assign(sourceOf(target), run.earlyEnd ?? values[at] ?? unknown(node, "a value"));
  return undefined;
}

/** An element, a field, or what a pointer points at. */
function changePart(run: Run, node: GoNode, target: GoNode, scope: Scope): void {
  const [owner] = expressionsOf(target);
  const values = expressionsOf(target).map((part) => run.evaluate(part, scope));
  const why = { node, why: "an element is assigned here" };
  const [of] = values;
  if (target.name === "IndexExpr" && (of?.kind === "list" || of?.kind === "map")) change(of, why);
  else if (owner !== undefined) run.state.anyChange ??= why;
}

/** `if … err != nil { … }`: what is behind it is only reached where the call before has failed. */
function condition(run: Run, node: GoNode, scope: Scope): Flow {
  const parts = node.children.filter(isExecutable);
  const blockAt = parts.findIndex(({ name }) => name === "Block");
  const before = parts.slice(0, blockAt);
  const test = before.at(-1);
  for (const statement of before.slice(0, -1)) executeStatement(run, statement, scope);
  const [block, otherwise] = [parts[blockAt], parts[blockAt + 1]];
  if (test === undefined || block === undefined) return undefined;
  const checked = errorTest(run, test, scope);
  if (checked === undefined) {
    run.evaluate(test, scope);
    for (const branch of [block, otherwise]) enter(run, branch, scope, { why: "in a branch", isAfterError: false });
    return undefined;
  }
  const [always, never] = checked.isTaken ? [block, otherwise] : [otherwise, block];
  if (checked.isSure) return always === undefined ? undefined : executeStatement(run, always, scope);
  enter(run, never, scope, { why: "after an error", isAfterError: true });
  return always === undefined ? undefined : executeStatement(run, always, scope);
}

/** `x != nil` or `x == nil` of a value that is known so far; `isTaken`: where every call succeeds. */
function errorTest(
  run: Run,
  test: GoNode,
  scope: Scope,
): { readonly isTaken: boolean; readonly isSure: boolean } | undefined {
  const inner = test.name === "ParenthesizedExpr" ? (expressionsOf(test)[0] ?? test) : test;
  const sign = sourceOf(childOf(inner, "CompareOp") ?? inner);
  if (inner.name !== "BinaryExp" || (sign !== "!=" && sign !== "==")) return undefined;
  const [left, right] = expressionsOf(inner);
  if (left?.name !== "VariableName" || right === undefined || run.evaluate(right, scope).kind !== "nil")
    return undefined;
  const { kind } = run.evaluate(left, scope);
  if (kind === "outcome" || kind === "nil") return { isTaken: sign === "==", isSure: kind === "nil" };
  return kind === "failure" ? { isTaken: sign === "!=", isSure: true } : undefined;
}

function enter(run: Run, branch: GoNode | undefined, scope: Scope, how: Parameters<typeof aside>[3]): void {
  if (branch !== undefined) aside(run, branch, scope, how, () => executeStatement(run, branch, scope));
}

function leave(run: Run, node: GoNode, scope: Scope): Flow {
  const values = expressionsOf(node).map((part) => run.evaluate(part, scope));
  const [first] = values;
  const returned = values.length === 1 && first?.kind === "tuple" ? first.items : values;
  const named = values.length === 0 ? scope.cell(RESULTS)?.value : undefined;
  const results = named?.kind === "tuple" ? named.items.map((name) => resultOf(name, scope)) : returned;
  const opened = run.asides.slice(run.asideBase);
  if (opened.length === 0) return { returned: results };
  const last = results.at(-1)?.kind ?? "nil";
  const isEnd = opened.some(({ isAfterError }) => isAfterError) && /^(outcome|failure|struct)$/.test(last);
  if (!isEnd) run.earlyEnd ??= doubt(run, node, `it may end here, ${opened.at(-1)?.why}`);
  return "stopped";
}

function resultOf(name: Value, scope: Scope): Value {
  const cell = name.kind === "text" ? scope.cell(name.text) : undefined;
  return cell?.pinned ?? cell?.value ?? NIL;
}

function later(run: Run, node: GoNode, scope: Scope): Flow {
  const why = node.name === "GoStatement" ? "in a goroutine" : "that is deferred";
  const call = expressionsOf(node)[0];
  if (call === undefined) return undefined;
  aside(run, node, scope, { why, isAfterError: false }, () => run.evaluate(call, scope));
  return undefined;
}

function cases(run: Run, node: GoNode, scope: Scope): Flow {
  const block = childOf(node, "SwitchBlock");
  const head = node.children.filter((child) => isExecutable(child) && child !== block && child.name !== "DefName");
  for (const part of head) {
    if (isExpression(part)) run.evaluate(part, scope);
    else executeStatement(run, part, scope);
  }
  const name = childOf(node, "DefName");
  if (name !== undefined) scope.declare(name, unknown(name, "a value whose type is asked for"));
  if (block === undefined) return undefined;
  aside(run, block, scope, { why: "in a branch", isAfterError: false }, () => {
    const inner = new Scope(scope);
    for (const part of block.children) {
      if (part.name !== "Case") executeStatement(run, part, inner);
      else if (node.name === "SwitchStatement") for (const test of expressionsOf(part)) run.evaluate(test, scope);
    }
  });
  return undefined;
}

function jump(run: Run, node: GoNode): Flow {
  const isPlain = childOf(node, "LabelName") === undefined && childOf(node, "goto") === undefined;
  if (!isPlain || run.loops.at(-1) !== false) run.earlyEnd ??= doubt(run, node, "a jump is not followed");
  return "stopped";
}
