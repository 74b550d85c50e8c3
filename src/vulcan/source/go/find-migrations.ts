import { specValue } from "./expressions.ts";
import { Machine, parametersOf } from "./machine.ts";
import { childOf, type GoNode, nodesIn, sourceOf } from "./node.ts";
import type { GoPackage } from "./package.ts";
import type { PackageState } from "./run.ts";
import { fieldsOf, underlying } from "./types.ts";
import { HARMLESS, int, Scope, type Struct, text, unknown, type Value } from "./value.ts";

/** A migration as the program makes it. */
export interface Made {
  readonly version: Value;
  readonly description: Value;
  readonly up: Value;
  readonly down: Value;
  readonly node: GoNode;
  /** Name of its type; empty where it has none. */
  readonly type: string;
  /** What it has beside, that may count. */
  readonly further: readonly string[];
}

/** Evaluates all that can make a migration: the package's variables, `init`, and each function that makes one. */
export function migrationsIn(go: GoPackage, state: PackageState): readonly Made[] {
  const collected: Made[] = [];
  const inner = new Set<GoNode>();
  const machine = new Machine(go, state, new Set(), {
    made: (value, key) => {
      const made = toMade(go, value, key);
      if (made === undefined) return;
      for (const field of value.fields.values()) if (field.kind === "struct") inner.add(field.node);
      collected.push(made);
    },
    calledOutside: (name, values, node) => collected.push(...byCall(go, name, values, node)),
  });
  for (const spec of go.specs) machine.follow(() => void specValue(machine, spec, machine.packageScope));
  const { functions, placesIn } = makersOf(go);
  const isInit = (node: GoNode) => node.name === "FunctionDecl" && nameOf(node) === "init";
  for (const node of go.functions)
    if (isInit(node) || (functions.has(node) && parametersOf(node).length === 0)) start(machine, node);
  for (const node of functions) if (placesIn(node).some((place) => !machine.visited.has(place))) start(machine, node);
  for (const place of [...functions].flatMap(placesIn))
    if (!machine.visited.has(place)) machine.follow(() => byItself(machine, place));
  return collected.filter(({ node }) => !inner.has(node));
}

const nameOf = (node: GoNode): string => sourceOf(childOf(node, "DefName", "FieldName") ?? node);

function start(machine: Machine, node: GoNode): void {
  const values = parametersOf(node).map(({ name }) => unknown(name ?? node, `what ${nameOf(node)} is called with`));
  machine.follow(() => void machine.call({ kind: "function", node, scope: machine.packageScope }, values, node));
}

/** Functions that have a migration in them, or call one that has. */
function makersOf(go: GoPackage): Makers {
  const types = new Set(
    [...go.declarations].flatMap(([name, { kind, name: node }]) => {
      const struct = kind === "type" ? underlying(go, node) : undefined;
      return struct?.name === "StructType" && fieldsOf(struct).some((field) => KEYS.has(field)) ? [name] : [];
    }),
  );
  const isPlace = (node: GoNode) => isLiteral(node) || isTyped(node, types);
  const direct = go.functions.filter((node) => [...nodesIn(node)].some(isPlace));
  const names = new Set(direct.map(nameOf));
  const functions = new Set(direct);
  const isCall = (node: GoNode) => node.name === "VariableName" && names.has(sourceOf(node));
  for (let before = -1; before !== functions.size; ) {
    before = functions.size;
    for (const node of go.functions) if (!functions.has(node) && [...nodesIn(node)].some(isCall)) functions.add(node);
    for (const node of functions) names.add(nameOf(node));
  }
  const isPlaceOrCall = (node: GoNode) => {
    const called = node.name === "CallExpr" ? node.children[0] : undefined;
    return isPlace(node) || (called !== undefined && isCall(called));
  };
  return { functions, placesIn: (node) => [...nodesIn(node)].filter(isPlaceOrCall) };
}

interface Makers {
  readonly functions: ReadonlySet<GoNode>;
  /** Where a migration is written or asked for, inside of a function. */
  readonly placesIn: (node: GoNode) => readonly GoNode[];
}

const KEYS = new Set(["Up", "Down"]);

/** `{ …, Down: … }` */
const isLiteral = (node: GoNode): boolean => node.name === "LiteralValue" && node.children.some(isUpOrDown);

function isUpOrDown(element: GoNode): boolean {
  const key = childOf(element, "Key");
  return key !== undefined && KEYS.has(sourceOf(key).trim());
}

const isTyped = (node: GoNode, types: ReadonlySet<string>): boolean =>
  node.name === "TypedLiteral" &&
  node.children[0] !== undefined &&
  [...nodesIn(node.children[0])].some((one) => one.name === "TypeName" && types.has(sourceOf(one)));

/** In code that was not reached: none of the variables around it is known. */
function byItself(machine: Machine, place: GoNode): void {
  const scope = new Scope(machine.packageScope);
  let top = place;
  while (top.parent?.parent !== undefined) top = top.parent;
  for (const node of nodesIn(top))
    if (node.name === "DefName") scope.declare(node, unknown(node, `${sourceOf(node)} is not followed to here`));
  const type = place.parent?.name === "TypedLiteral" ? place.parent.children[0] : undefined;
  if (place.name === "LiteralValue") machine.compose(type, place, scope);
  else machine.evaluate(place, scope);
}

/** Fields whose values cannot be another step of the migration. */
const PLAIN = new Set(["int", "bool", "nil"]);
const DESCRIPTIONS = ["Description", "Name", "Title"];

function toMade(go: GoPackage, { type, fields, node }: Struct, key: Value | undefined): Made | undefined {
  const nested = [...fields].filter(([, value]) => value.kind === "struct" && (has(value, "Up") || has(value, "Down")));
  const holder = nested.length === 1 ? nested[0]?.[1] : undefined;
  const steps = fields.has("Up") || fields.has("Down") ? fields : holder?.kind === "struct" ? holder.fields : undefined;
  if (steps === undefined) return undefined;
  const version = fields.get("Version") ?? key ?? unknown(node, "it has no Version");
  const name = DESCRIPTIONS.find((one) => fields.has(one));
  const usual = new Set(["Version", "Up", "Down", name, nested[0]?.[0]]);
  const further = [...fields, ...(steps === fields ? [] : steps)].flatMap(([field, value]) =>
    usual.has(field) ||
    PLAIN.has(value.kind) ||
    (value.kind === "text" && !/sql|down|undo|stmt|quer|script/i.test(field))
      ? []
      : [field],
  );
  return {
    ...{ version, node, type, further },
    description: name === undefined ? HARMLESS : (fields.get(name) ?? HARMLESS),
    up: stepOf(go, steps, "Up", node, nested[0]?.[0]),
    down: stepOf(go, steps, "Down", node, nested[0]?.[0]),
  };
}

const has = (value: Value, field: string): boolean => value.kind === "struct" && value.fields.has(field);

function stepOf(
  go: GoPackage,
  steps: ReadonlyMap<string, Value>,
  field: string,
  node: GoNode,
  holder: string | undefined,
): Value {
  const { fields } = go.assignments;
  const assigned = fields.get(field) ?? (steps.has(field) && holder !== undefined ? fields.get(holder) : undefined);
  if (assigned !== undefined) return unknown(assigned, `a field ${field} is assigned here`);
  const value = steps.get(field);
  if (value !== undefined) return value;
  const isUsual = [...steps.keys()].every((name) => ["Version", "Up", "Down", ...DESCRIPTIONS].includes(name));
  return isUsual ? { kind: "nil" } : unknown(node, `no ${field} is here, but other fields are`);
}

/** Calls that look like those by which migrations are registered: goose's, and (version, description, up, down). */
function byCall(go: GoPackage, name: string, values: readonly Value[], node: GoNode): readonly Made[] {
  if (name.startsWith("goose.Add") && /pressly\/goose/.test(go.importOf(node.file, "goose") ?? ""))
    return byGoose(values, name, node);
  const [version, description, up, down] = values;
  const isStep = (value: Value | undefined) =>
    value?.kind === "function" || value?.kind === "nil" || value?.kind === "unknown";
  if (values.length !== 4 || version?.kind !== "int" || description?.kind !== "text" || !isStep(up) || !isStep(down))
    return [];
  const step = unknown(node, `what ${name} makes of it is not in these files`);
  return [{ version, description, node, up: step, down: step, type: "", further: [] }];
}

/** goose takes the version from the name of the file, or of the one that is given. */
function byGoose(values: readonly Value[], name: string, node: GoNode): readonly Made[] {
  const isNamed = name.includes("Named");
  const given = isNamed ? values[0] : text(node.file.path);
  const file = given?.kind === "text" ? /([^/\\]*)\.go$/.exec(given.text)?.[1] : undefined;
  const [, digits, rest = ""] = /^(\d+)_?(.*)$/.exec(file ?? "") ?? [];
  const [up, down] = isNamed ? values.slice(1) : values;
  const version = digits === undefined ? unknown(node, "its file's name has no version") : int(Number(digits));
  const missing = unknown(node, "it has no such function");
  return [{ version, description: text(rest), node, up: up ?? missing, down: down ?? missing, type: "", further: [] }];
}
