import { IncompleteAnswer } from "./needed.ts";

interface Page<T> {
  readonly items: readonly T[];
  readonly next: string | undefined;
}

/**
 * All pages, or as many as are enough: a first page is never told as the whole. A server that repeats a token has no end
 * to wait for.
 */
export async function everyPage<T>(
  read: (token: string | undefined) => Promise<Page<T>>,
  isEnough: (found: readonly T[]) => boolean = () => false,
): Promise<readonly T[]> {
  const found: T[] = [];
  const seen = new Set<string>();
  let token: string | undefined;
  for (;;) {
    const { items, next } = await read(token);
    found.push(...items);
    if (next === undefined || next === "" || isEnough(found)) return found;
    if (seen.has(next)) throw new IncompleteAnswer("end: a page leads back to one before it");
    seen.add(next);
    token = next;
  }
}
