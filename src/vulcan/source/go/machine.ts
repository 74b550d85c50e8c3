import { compose } from "./composites.ts";
import { evaluate } from "./expressions.ts";
import { childOf, childrenOf, type GoNode, isType, nodesIn, sourceOf } from "./node.ts";
import type { GoPackage } from "./package.ts";
import { type Aside, doubt, Endless, type PackageState, RESULTS, type Run } from "./run.ts";
import { executeBlock } from "./statements.ts";
import { zeroOf } from "./types.ts";
import {
  type Doubt,
  type Execution,
  type GoFunction,
  NIL,
  Scope,
  text,
  tuple,
  type Unknown,
  unknown,
  type Value,
} from "./value.ts";

/** So many nodes are followed in one evaluation; a migration of a thousand statements takes some ten thousand. */
const MOST_STEPS = 300_000;
const MOST_DEPTH = 250;
const MOST_CALLS = 40;

export interface Listener extends Pick<Run, "made" | "calledOutside"> {}

const DEAF: Listener = { made() {}, calledOutside() {} };

/** Evaluates a package, or a function of it, without running it. */
export class Machine implements Run {
  readonly go: GoPackage;
  readonly state: PackageState;
  readonly executions: Execution[] = [];
  readonly doubts: Doubt[] = [];
  readonly asides: Aside[] = [];
  readonly loops: boolean[] = [];
  readonly visited: Set<GoNode>;
  readonly packageScope = new Scope();
  readonly made: Run["made"];
  readonly calledOutside: Run["calledOutside"];
  asideBase = 0;
  earlyEnd: Unknown | undefined;
  #steps = 0;
  #depth = 0;
  #calls = 0;

  constructor(go: GoPackage, state: PackageState, visited = new Set<GoNode>(), listener = DEAF) {
    this.go = go;
    this.state = state;
    this.visited = visited;
    this.made = listener.made;
    this.calledOutside = listener.calledOutside;
  }

  /** What follows from `work`; too much of it is a doubt. */
  follow(work: () => void): void {
    this.#steps = 0;
    try {
      work();
    } catch (error) {
      if (!(error instanceof Endless)) throw error;
      const { node, why } = doubt(this, error.node, "more than is followed");
      this.state.lost ??= { node, why };
      this.earlyEnd = undefined;
      this.asides.length = 0;
      this.loops.length = 0;
      this.asideBase = 0;
      this.#depth = 0;
      this.#calls = 0;
    }
  }

  step(node: GoNode): void {
    this.#steps += 1;
    if (this.#steps > MOST_STEPS) throw new Endless(node);
  }

  evaluate(node: GoNode, scope: Scope): Value {
    this.#depth += 1;
    if (this.#depth > MOST_DEPTH) throw new Endless(node);
    const value = evaluate(this, node, scope);
    this.#depth -= 1;
    return value;
  }

  compose(type: GoNode | undefined, literal: GoNode, scope: Scope, key?: Value): Value {
    return compose(this, type, literal, scope, key);
  }

  call(target: GoFunction, values: readonly Value[], node: GoNode): Value {
    const block = childOf(target.node, "Block");
    if (block === undefined) return doubt(this, node, "a function without a body");
    this.#calls += 1;
    if (this.#calls > MOST_CALLS) throw new Endless(node);
    const jump = jumpIn(block);
    if (jump !== undefined) return doubt(this, jump, "a jump is not followed");
    const { asideBase, earlyEnd } = this;
    const loops = this.loops.splice(0);
    this.earlyEnd = undefined;
    this.asideBase = this.asides.length;
    const scope = new Scope(target.scope);
    bindParameters(target.node, values, scope, node);
    bindResults(this, target.node, scope);
    const flow = executeBlock(this, block, scope);
    const mayEnd = this.earlyEnd as Unknown | undefined;
    this.asideBase = asideBase;
    this.earlyEnd = earlyEnd;
    this.loops.push(...loops);
    this.#calls -= 1;
    if (mayEnd !== undefined) return mayEnd;
    if (flow === undefined || flow === "stopped") return NIL;
    const [only, ...more] = flow.returned;
    return more.length === 0 ? (only ?? NIL) : tuple(...flow.returned);
  }
}

/** `goto`, or a label that something goes to. */
const jumpIn = (block: GoNode): GoNode | undefined =>
  [...nodesIn(block)].find((node) => node.name === "LabeledStatement" || childOf(node, "goto", "LabelName"));

interface Parameter {
  /** Undefined where it has none. */
  readonly name: GoNode | undefined;
  readonly type: GoNode | undefined;
  readonly isRest: boolean;
}

export function parametersOf(node: GoNode): readonly Parameter[] {
  // The first brackets of a method are its receiver's.
  const list = childrenOf(node, "Parameters").at(node.name === "MethodDecl" ? 1 : 0);
  return list === undefined ? [] : parametersIn(list);
}

function parametersIn(list: GoNode): readonly Parameter[] {
  return childrenOf(list, "Parameter").flatMap((parameter): Parameter[] => {
    const names = childrenOf(parameter, "DefName");
    const type = parameter.children.find(isType);
    const isRest = childOf(parameter, "...") !== undefined;
    return names.length === 0 ? [{ name: undefined, type, isRest }] : names.map((name) => ({ name, type, isRest }));
  });
}

function bindParameters(target: GoNode, values: readonly Value[], scope: Scope, node: GoNode): void {
  if (target.name === "MethodDecl")
    for (const { name } of parametersIn(childOf(target, "Parameters") ?? target))
      if (name !== undefined) scope.declare(name, unknown(name, "a method's own value"));
  for (const [at, { name, isRest }] of parametersOf(target).entries()) {
    if (name === undefined) continue;
    const value = isRest ? ({ kind: "list", items: values.slice(at) } as const) : values[at];
    scope.declare(name, value ?? unknown(node, `the value of ${sourceOf(name)} is not known`));
  }
}

function bindResults(run: Run, target: GoNode, scope: Scope): void {
  const lists = childrenOf(target, "Parameters").slice(target.name === "MethodDecl" ? 2 : 1);
  const named = lists.flatMap(parametersIn).filter((result) => result.name !== undefined);
  scope.declare(RESULTS, tuple(...named.map(({ name }) => text(name === undefined ? "" : sourceOf(name)))));
  for (const { name, type } of named)
    if (name !== undefined) scope.declare(name, type === undefined ? NIL : zeroOf(run.go, type));
}
