import { isAlias, isMap, isScalar, isSeq, type Pair, type ParsedNode } from "yaml";
import { sanitise } from "../../domain/sanitise.ts";
import { MAX_DEPTH, TOO_DEEP } from "../limits.ts";
import { quoted, type Report, type TextPosition } from "../problem.ts";
import type { RuleId } from "../rules.ts";
import type { Entries, Entry, OpaqueTree, ScalarValue, Tree } from "./tree.ts";

/** The places of the nodes, and the report for problems. */
export interface TreeContext {
  placeAt(offset: number): TextPosition;
  readonly report: Report;
}

/** Turns parsed YAML into a tree; reports duplicate keys, keys that are no text, and values that YAML would change. */
export function toTree(node: ParsedNode, context: TreeContext, depth = 1): Tree {
  const place = context.placeAt(node.range[0]);
  if (depth > MAX_DEPTH) return refuse("VOPS005", context, place, TOO_DEEP);
  if (isMap(node)) return { kind: "map", entries: toEntries(node.items as YamlPair[], context, depth + 1), ...place };
  if (isScalar(node)) return toScalar(node.value, node.source, context, place);
  if (!isSeq(node)) return { kind: "opaque", ...place };
  return { kind: "list", items: node.items.map((item) => toTree(item as ParsedNode, context, depth + 1)), ...place };
}

type YamlPair = Pair<ParsedNode, ParsedNode | null>;

function toEntries(pairs: readonly YamlPair[], context: TreeContext, depth: number): Entries {
  const entries = new Map<string, Entry>();
  for (const { key, value } of pairs) {
    const place = context.placeAt(key.range[0]);
    const child: Tree = value === null ? { kind: "scalar", value: null, ...place } : toTree(value, context, depth);
    const name = nameOf(key, entries, context, place);
    if (name !== undefined) entries.set(name, { key: place, value: child });
  }
  return entries;
}

function nameOf(key: ParsedNode, taken: Entries, context: TreeContext, place: TextPosition): string | undefined {
  if (isAlias(key)) return undefined;
  const name = isScalar(key) ? key.value : undefined;
  if (typeof name !== "string") {
    context.report(
      "VOPS007",
      place,
      "a key has to be text",
      "YAML reads {{ x }} as a map, and 1, true and null as no text; quote it",
    );
    return undefined;
  }
  const first = taken.get(name);
  if (first === undefined) return name;
  context.report(
    "VOPS006",
    place,
    `the key ${quoted(name)} is here a second time`,
    `the first is at line ${first.key.line}`,
  );
  return undefined;
}

function toScalar(value: unknown, written: string | undefined, context: TreeContext, place: TextPosition): Tree {
  if (typeof value === "string" && sanitise(value, { lines: true, most: value.length }) !== value) {
    return refuse("VOPS007", context, place, `the text ${quoted(value)} contains an invisible or control character`);
  }
  // Refuse numbers that read back differently: 007 is 7, 1.10 is 1.1, 0x10 is 16, 1e3 is 1000.
  if (typeof value === "number" && String(value) !== written) {
    return refuse(
      "VOPS007",
      context,
      place,
      `YAML reads ${written ?? ""} as the number ${value}`,
      "quote it if text is meant",
    );
  }
  return { kind: "scalar", value: value as ScalarValue, ...place };
}

function refuse(
  rule: RuleId,
  { report }: TreeContext,
  place: TextPosition,
  message: string,
  hint?: string,
): OpaqueTree {
  report(rule, place, message, hint);
  return { kind: "opaque", ...place };
}
