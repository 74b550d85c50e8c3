import { type Input, text } from "../http/input.ts";
import { invalid } from "./invalid.ts";
import { overlap, type Path, pathText, readPath } from "./path.ts";
import type { Substitutes } from "./substitutes.ts";
import { TokenReader } from "./tokens.ts";
import type { Item, Value } from "./value.ts";

/** The attributes that a request wants; undefined: all. */
export function readProjection(input: Input, given: Substitutes): readonly Path[] | undefined {
  const expression = text(input, "ProjectionExpression");
  if (expression === undefined) return undefined;
  const reader = new TokenReader(expression, "ProjectionExpression");
  const paths = [readPath(reader, given)];
  while (reader.takes(",")) paths.push(readPath(reader, given));
  reader.end();
  assertApart(paths, reader.what);
  return paths;
}

export function assertApart(paths: readonly Path[], what: string): void {
  for (const [index, one] of paths.entries())
    for (const other of paths.slice(index + 1))
      if (overlap(one, other))
        throw invalid(
          `Invalid ${what}: Two document paths overlap with each other; must remove or rewrite one of these paths; path one: ${pathText(one)}, path two: ${pathText(other)}`,
        );
}

export const project = (item: Item, paths: readonly Path[] | undefined): Item =>
  paths === undefined ? item : ((keep({ M: item }, paths)?.M ?? {}) as Item);

/** The part of a value that the paths lead to; elements of a list move together. [D] */
function keep(value: Value, paths: readonly (readonly (string | number)[])[]): Value | undefined {
  if (paths.some((path) => path.length === 0)) return value;
  const firsts = [...new Set(paths.map(([first]) => first as string | number))];
  const inside = (first: string | number): Value | undefined => {
    const content: unknown = typeof first === "number" ? value.L : value.M;
    const found = (content as Readonly<Record<string | number, Value>> | undefined)?.[first];
    return (
      found &&
      keep(
        found,
        paths.filter((path) => path[0] === first).map((path) => path.slice(1)),
      )
    );
  };
  const kept = firsts.flatMap((first) => {
    const found = inside(first);
    return found === undefined ? [] : [[first, found] as const];
  });
  if (kept.length === 0) return undefined;
  if (value.L === undefined) return { M: Object.fromEntries(kept) };
  return { L: kept.toSorted(([a], [b]) => Number(a) - Number(b)).map(([, one]) => one) };
}
