import type { Substitutes } from "./substitutes.ts";
import type { TokenReader } from "./tokens.ts";
import type { Item, Value } from "./value.ts";

/** `a.b[0]` → `["a", "b", 0]`. */
export type Path = readonly [string, ...(string | number)[]];

export function readPath(reader: TokenReader, given: Substitutes): Path {
  const first = readName(reader, given);
  const rest: (string | number)[] = [];
  for (;;) {
    if (reader.takes(".")) rest.push(readName(reader, given));
    else if (reader.takes("[")) {
      const { kind, text } = reader.take();
      if (kind !== "number") throw reader.unexpected();
      rest.push(Number(text));
      reader.expect("]");
    } else return [first, ...rest];
  }
}

function readName(reader: TokenReader, given: Substitutes): string {
  const kind = reader.peek()?.kind;
  if (kind !== "word" && kind !== "name") throw reader.unexpected();
  return given.name(reader.take().text, reader.what);
}

/** A path as AWS's errors write it. */
export const pathText = (path: Path): string =>
  `[${path.map((part) => (typeof part === "number" ? `[${part}]` : part)).join(", ")}]`;

export function valueAt(item: Item, path: Path): Value | undefined {
  let found: Value | undefined = { M: item };
  for (const part of path) {
    const inside: unknown = typeof part === "number" ? found.L : found.M;
    found = (inside as Readonly<Record<string | number, Value>> | undefined)?.[part];
    if (found === undefined) return undefined;
  }
  return found;
}

/** Whether one of them is within the other. */
export const overlap = (one: Path, other: Path): boolean =>
  one.slice(0, other.length).every((part, index) => part === other[index]);
