import { RequestError } from "./request-error.ts";

/** One page of a list and the opaque token of the next. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly nextToken?: string;
}

/**
 * Returns one page of `all`, from the position that an earlier page's token names. `kind` is in the token, so that a
 * token of another operation is refused.
 */
export function page<T>(all: readonly T[], size: number, token: string | undefined, kind: string): Page<T> {
  const start = token === undefined ? 0 : position(token, kind);
  const items = all.slice(start, start + size);
  const end = start + items.length;
  return end < all.length ? { items, nextToken: seal(kind, end) } : { items };
}

const seal = (kind: string, at: number): string => Buffer.from(`${kind} ${at}`).toString("base64url");

function position(token: string, kind: string): number {
  const [sealedKind, at] = Buffer.from(token, "base64url").toString().split(" ");
  const start = Number(at);
  if (sealedKind !== kind || !Number.isInteger(start)) {
    throw new RequestError("token", "NextToken", "InvalidParameterException", "Invalid token.");
  }
  return start;
}
