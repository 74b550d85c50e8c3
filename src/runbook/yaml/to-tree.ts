import { isAlias, isMap, isScalar, isSeq, type Pair, type ParsedNode } from "yaml";
import { sanitise } from "../../domain/sanitise.ts";
import { MAX_DEPTH, TOO_DEEP } from "../limits.ts";
import { type Place, quoted, type Report } from "../problem.ts";
import type { RuleId } from "../rules.ts";
import type { Entries, Entry, OpaqueTree, ScalarValue, Tree } from "./tree.ts";

/** Where the nodes stand, and who hears of problems. */
export interface Ground {
  placeAt(offset: number): Place;
  readonly report: Report;
}

/** Turns parsed YAML into a tree; reports duplicate keys, keys that are no text, and values that YAML would bend. */
export function plant(node: ParsedNode, ground: Ground, depth = 1): Tree {
  const place = ground.placeAt(node.range[0]);
  if (depth > MAX_DEPTH) return refuse("VOPS005", ground, place, TOO_DEEP);
  if (isMap(node)) return { kind: "map", entries: plantPairs(node.items as YamlPair[], ground, depth + 1), ...place };
  if (isScalar(node)) return plantScalar(node.value, node.source, ground, place);
  if (!isSeq(node)) return { kind: "opaque", ...place };
  return { kind: "list", items: node.items.map((item) => plant(item as ParsedNode, ground, depth + 1)), ...place };
}

type YamlPair = Pair<ParsedNode, ParsedNode | null>;

function plantPairs(pairs: readonly YamlPair[], ground: Ground, depth: number): Entries {
  const entries = new Map<string, Entry>();
  for (const { key, value } of pairs) {
    const place = ground.placeAt(key.range[0]);
    const planted: Tree = value === null ? { kind: "scalar", value: null, ...place } : plant(value, ground, depth);
    const name = nameOf(key, entries, ground, place);
    if (name !== undefined) entries.set(name, { key: place, value: planted });
  }
  return entries;
}

function nameOf(key: ParsedNode, taken: Entries, ground: Ground, place: Place): string | undefined {
  if (isAlias(key)) return undefined;
  const name = isScalar(key) ? key.value : undefined;
  if (typeof name !== "string") {
    ground.report(
      "VOPS007",
      place,
      "a key has to be text",
      "YAML reads {{ x }} as a map, and 1, true and null as no text; quote it",
    );
    return undefined;
  }
  const first = taken.get(name);
  if (first === undefined) return name;
  ground.report(
    "VOPS006",
    place,
    `the key ${quoted(name)} is here a second time`,
    `the first is at line ${first.key.line}`,
  );
  return undefined;
}

function plantScalar(value: unknown, written: string | undefined, ground: Ground, place: Place): Tree {
  if (typeof value === "string" && sanitise(value, { lines: true, most: value.length }) !== value) {
    return refuse("VOPS007", ground, place, `the text ${quoted(value)} contains an invisible or control character`);
  }
  // What reads back differently is a trap: 007 is 7, 1.10 is 1.1, 0x10 is 16, 1e3 is 1000.
  if (typeof value === "number" && String(value) !== written) {
    return refuse(
      "VOPS007",
      ground,
      place,
      `YAML reads ${written ?? ""} as the number ${value}`,
      "quote it if text is meant",
    );
  }
  return { kind: "scalar", value: value as ScalarValue, ...place };
}

function refuse(rule: RuleId, { report }: Ground, place: Place, message: string, hint?: string): OpaqueTree {
  report(rule, place, message, hint);
  return { kind: "opaque", ...place };
}
