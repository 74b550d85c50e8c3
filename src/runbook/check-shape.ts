import type {
  Key,
  ListShape,
  NamedShape,
  NameShape,
  RecordShape,
  Shape,
  TextShape,
  WholeShape,
} from "./document-shape.ts";
import { quoted, type Report, type TextPosition } from "./problem.ts";
import { EXAMPLE } from "./reference.ts";
import { didYouMean } from "./suggest.ts";
import { dataOf, entriesOf, member, type Tree, textOf } from "./yaml/tree.ts";

/** Does the tree have the shape? `what` is the value's name in messages. */
export function checkShape(tree: Tree, shape: Shape, what: string, report: Report): void {
  if (tree.kind === "opaque") return;
  const problem = fault(tree, shape);
  if (problem !== undefined) report("VOPS012", tree, `${what} ${problem.needs}`, problem.hint);
  else if (shape.kind === "list") checkList(tree, shape, what, report);
  else if (shape.kind === "named") checkNamed(tree, shape, report);
  else if (shape.kind === "record") checkRecord(tree, shape, report);
}

interface Fault {
  readonly needs: string;
  readonly hint?: string | undefined;
}

/** What is wrong with the value itself, not with its members. */
function fault(tree: Tree, shape: Shape): Fault | undefined {
  const value = tree.kind === "scalar" ? tree.value : undefined;
  const not = `, not ${shown(tree)}`;
  switch (shape.kind) {
    case "text":
      return typeof value === "string"
        ? textFault(value, shape)
        : { needs: `has to be text${not}`, hint: hintText(value) };
    case "whole":
      return isWhole(value, shape) ? undefined : { needs: `has to be ${wholeText(shape)}${not}` };
    case "flag":
      return typeof value === "boolean" ? undefined : { needs: `has to be true or false${not}` };
    case "word":
      return typeof value === "string" && shape.words.includes(value) ? undefined : wordFault(value, shape.words, not);
    case "scalar":
      return tree.kind === "scalar" ? undefined : { needs: `has to be a single value${not}`, hint: HINT_BRACES };
    case "list":
      return tree.kind === "list" ? undefined : { needs: `has to be a list${not}` };
    default:
      return tree.kind === "map" ? undefined : { needs: `has to be keys and values${not}` };
  }
}

const HINT_BRACES = `a reference is quoted: "${EXAMPLE}"`;

function shown(tree: Tree): string {
  if (tree.kind !== "scalar") return tree.kind === "map" ? "keys and values" : "a list";
  return tree.value === null ? "empty" : quoted(tree.value);
}

function hintText(value: unknown): string | undefined {
  return typeof value === "number" || typeof value === "boolean" ? `write "${value}"` : undefined;
}

function textFault(value: string, shape: TextShape): Fault | undefined {
  if (value.trim() === "") return { needs: "may not be empty" };
  if (value.length > shape.most) return { needs: `has ${value.length} characters; at most ${shape.most} fit` };
  if (shape.lines !== true && value.includes("\n")) return { needs: "has to be one line", hint: "after > write >-" };
  if (value.includes("${{")) return { needs: "cannot hold a reference", hint: 'references stand under "with"' };
  return shape.name === undefined ? undefined : nameFault(value, shape.name);
}

function nameFault(value: string, name: NameShape): Fault | undefined {
  if (name.reserved.includes(value)) return { needs: `cannot be ${quoted(value)}`, hint: "the name is reserved" };
  if (new RegExp(name.pattern).test(value)) return undefined;
  return { needs: `cannot be ${quoted(value)}`, hint: name.fits };
}

function isWhole(value: unknown, { minimum, maximum }: WholeShape): boolean {
  const least = minimum ?? Number.MIN_SAFE_INTEGER;
  return Number.isInteger(value) && Number(value) >= least && Number(value) <= (maximum ?? Number.MAX_SAFE_INTEGER);
}

function wholeText({ minimum, maximum }: WholeShape): string {
  return minimum === undefined ? "a whole number" : `a whole number from ${minimum} to ${maximum}`;
}

function wordFault(value: unknown, words: readonly string[], not: string): Fault {
  const needs = `has to be ${words.length > 1 ? `one of ${words.join(", ")}` : quoted(words[0])}${not}`;
  if (typeof value === "string") return { needs, hint: words.length > 1 ? didYouMeanOnly(value, words) : undefined };
  return { needs, hint: words.includes(String(value)) ? hintText(value) : undefined };
}

// The message already lists every choice.
function didYouMeanOnly(value: string, words: readonly string[]): string | undefined {
  const hint = didYouMean(value, words);
  return hint?.startsWith("did") ? hint : undefined;
}

function checkList(tree: Tree, shape: ListShape, what: string, report: Report): void {
  if (tree.kind !== "list") return;
  if (tree.items.length < shape.least) report("VOPS012", tree, `${what} may not be empty`);
  const seen = new Set<unknown>();
  for (const item of tree.items) {
    checkShape(item, shape.of, shape.of.kind === "record" ? shape.of.called : `an item of ${what}`, report);
    const data = shape.unique === true ? dataOf(item) : undefined;
    if (data !== undefined && seen.has(data)) report("VOPS012", item, `${what} has ${quoted(data)} twice`);
    seen.add(data);
  }
}

function checkNamed(tree: Tree, shape: NamedShape, report: Report): void {
  for (const [name, { key, value }] of entriesOf(tree)) {
    const wrong = shape.name === undefined ? undefined : nameFault(name, shape.name);
    if (wrong !== undefined) report("VOPS012", key, `a name ${wrong.needs}`, wrong.hint);
    checkShape(value, shape.of, quoted(name), report);
  }
}

function checkRecord(tree: Tree, { keys, called }: RecordShape, report: Report): void {
  for (const [name, { key, value }] of entriesOf(tree)) {
    const known = Object.hasOwn(keys, name) ? keys[name] : undefined;
    if (known === undefined)
      report("VOPS010", key, `unknown key ${quoted(name)} in ${called}`, didYouMean(name, Object.keys(keys)));
    else checkKey(name, known, tree, { key, value }, report);
  }
  for (const [name, key] of Object.entries(keys)) {
    if (!entriesOf(tree).has(name) && isNeeded(key, tree)) report("VOPS011", tree, `${called} needs ${quoted(name)}`);
  }
}

function checkKey(
  name: string,
  known: Key,
  record: Tree,
  { key, value }: { key: TextPosition; value: Tree },
  report: Report,
): void {
  checkShape(value, known.shape, quoted(name), report);
  const type = textOf(member(record, "type"));
  if (known.types === undefined || type === undefined || known.types.some((fit) => fit === type)) return;
  report("VOPS012", key, `${quoted(name)} does not fit the type ${quoted(type)}`, `only ${known.types.join(", ")}`);
}

function isNeeded(key: Key, record: Tree): boolean {
  if (key.required === true) return true;
  const type = textOf(member(record, "type"));
  return key.neededThere === true && key.types?.some((fit) => fit === type) === true;
}
