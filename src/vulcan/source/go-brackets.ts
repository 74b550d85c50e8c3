import type { GoToken } from "./go-tokens.ts";

/** The parts between the commas of one pair of brackets. Each has its first token and the one after its last. */
type Parts = readonly (readonly [from: number, to: number])[];

/** By the index of each opening bracket; or the position of a bracket that does not close, or closes nothing. */
export function bracketsOf(
  tokens: readonly GoToken[],
): { readonly brackets: ReadonlyMap<number, Parts> } | { readonly oddAt: number } {
  const brackets = new Map<number, Parts>();
  const open: { readonly index: number; readonly bounds: number[] }[] = [];
  for (const [index, token] of tokens.entries()) {
    if (token.kind !== "mark") continue;
    if ("({[".includes(token.text)) open.push({ index, bounds: [index] });
    else if (token.text === ",") open.at(-1)?.bounds.push(index);
    else if (")}]".includes(token.text)) {
      const last = open.pop();
      if (last === undefined || !isPair(tokens[last.index], token)) return { oddAt: token.at };
      const ends = [...last.bounds.slice(1), index];
      brackets.set(
        last.index,
        ends.map((end, part) => [(last.bounds[part] ?? 0) + 1, end]),
      );
    }
  }
  const left = tokens[open.at(-1)?.index ?? -1];
  return left === undefined ? { brackets } : { oddAt: left.at };
}

const isPair = (open: GoToken | undefined, close: GoToken): boolean =>
  ["()", "{}", "[]"].includes(`${open?.text}${close.text}`);
