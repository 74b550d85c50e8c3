import { isMap, isScalar, type YAMLMap } from "yaml";

/** Refuses the text, at an offset in it. */
export type Fail = (offset: number, message: string) => never;

export interface Member {
  readonly node: unknown;
  readonly offset: number;
}

export function mapOf(node: unknown, what: string, fail: Fail): YAMLMap {
  if (!isMap(node))
    return fail((node as { range?: number[] } | null)?.range?.[0] ?? 0, `${what} has to be a map of keys and values`);
  return node;
}

export function entries(
  map: YAMLMap,
  known: readonly string[] | undefined,
  what: string,
  fail: Fail,
): Map<string, Member> {
  const members = new Map<string, Member>();
  for (const { key, value } of map.items) {
    const offset = (key as { range?: number[] }).range?.[0] ?? 0;
    const name = isScalar(key) && typeof key.value === "string" ? key.value : fail(offset, "keys have to be names");
    if (known !== undefined && !known.includes(name))
      fail(offset, `unknown key "${name}" in ${what}; known: ${known.join(", ")}`);
    members.set(name, { node: value, offset: (value as { range?: number[] } | null)?.range?.[0] ?? offset });
  }
  return members;
}

export function textOf(member: Member | undefined, fail: Fail): string {
  const value = isScalar(member?.node) ? member.node.value : undefined;
  return typeof value === "string" ? value : fail(member?.offset ?? 0, 'a text is wanted here (in quotes: "…")');
}
