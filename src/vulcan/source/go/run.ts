import type { GoNode } from "./node.ts";
import type { GoPackage } from "./package.ts";
import type { Doubt, Execution, GoFunction, Scope, Struct, Unknown, Value } from "./value.ts";

/** What is known of a package as a whole. It only grows more careful. */
export interface PackageState {
  /** An element of some list is assigned, and which list that is, is not known. */
  anyChange?: Doubt;
  /** The package was not followed to its end. */
  lost?: Doubt;
  readonly values: Map<string, Value>;
}

/** A part of the program that may run, or not, or later, or more than once. */
export interface Aside {
  readonly why: string;
  /** It follows a failed call: an error that is returned here is the end of the transaction. */
  readonly isAfterError: boolean;
}

/** What a statement ends with: undefined is followed by the next one. */
export type Flow = { readonly returned: readonly Value[] } | "stopped" | undefined;

/** Where the names of a function's results are, for a bare `return`; no name of Go has a space. */
export const RESULTS = "named results";

/** One evaluation: of the package's declarations, or of one Up or Down. */
export interface Run {
  readonly go: GoPackage;
  readonly state: PackageState;
  readonly executions: Execution[];
  readonly doubts: Doubt[];
  readonly asides: Aside[];
  /** Loops around the current statement, the innermost last: is each round followed? */
  readonly loops: boolean[];
  /** How many of `asides` were open when the current function was called. */
  asideBase: number;
  /** Set where the current function may have ended before: what it assigns from there on is not known. */
  earlyEnd: Unknown | undefined;
  readonly visited: Set<GoNode>;
  readonly packageScope: Scope;
  step(node: GoNode): void;
  evaluate(node: GoNode, scope: Scope): Value;
  /** A composite literal whose type is written elsewhere. */
  compose(type: GoNode | undefined, literal: GoNode, scope: Scope, key?: Value): Value;
  call(target: GoFunction, values: readonly Value[], node: GoNode): Value;
  /** Told of every struct, and of every call to what is not in the package. */
  made(value: Struct, key: Value | undefined): void;
  calledOutside(name: string, values: readonly Value[], node: GoNode): void;
}

/** It may do anything: what is read is not the whole. */
export function doubt(run: Run, node: GoNode, why: string): Unknown {
  run.doubts.push({ node, why });
  return { kind: "unknown", node, why };
}

export function execute(run: Run, execution: Execution): void {
  const aside = run.asides.at(-1);
  if (aside !== undefined) doubt(run, execution.node, `SQL ${aside.why}`);
  run.executions.push(execution);
}

/** Too much to be followed. */
export class Endless extends Error {
  readonly node: GoNode;

  constructor(node: GoNode) {
    super("endless");
    this.node = node;
  }
}
