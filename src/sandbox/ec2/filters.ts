import { AwsError } from "../http/aws-error.ts";
import type { Input } from "../http/input.ts";
import { records, text, texts } from "../http/input.ts";
import type { Tag } from "../http/tags.ts";

interface Tagged {
  readonly tags: readonly Tag[];
}

/** What a filter compares, by the filter's name. */
export type Fields<T> = Readonly<Record<string, (item: T) => string>>;

/** A filter's value may hold `*` and `?`. [D] */
function isLike(pattern: string, value: string): boolean {
  const expression = pattern
    .replace(/[\\^$.+()[\]{}|]/g, "\\$&")
    .replace(/\*/g, ".*")
    .replace(/\?/g, ".");
  return new RegExp(`^${expression}$`, "s").test(value);
}

/** The items that pass every filter of the request. An unknown filter is refused. [D; text O] */
export function filtered<T extends Tagged>(all: readonly T[], input: Input, fields: Fields<T>): T[] {
  const filters = records(input, "Filter").map((filter) => {
    const name = text(filter, "Name") ?? "";
    const field = name.startsWith("tag:") ? tagField<T>(name.slice(4)) : fields[name];
    if (field === undefined) throw new AwsError("InvalidParameterValue", `The filter '${name}' is invalid`);
    const values = texts(filter, "Value");
    return (item: T): boolean => values.some((value) => isLike(value, field(item)));
  });
  return all.filter((item) => filters.every((passes) => passes(item)));
}

const tagField =
  <T extends Tagged>(key: string) =>
  (item: T): string =>
    item.tags.find((tag) => tag.Key === key)?.Value ?? "";

/** The items with these ids, or all without any. An unknown id is refused. [D; texts O] */
export function named<T>(
  all: readonly T[],
  ids: readonly string[],
  idOf: (item: T) => string,
  unknown: [code: string, kind: string],
): T[] {
  const missing = ids.find((id) => !all.some((item) => idOf(item) === id));
  const [code, kind] = unknown;
  if (missing !== undefined) throw new AwsError(code, `The ${kind} '${missing}' does not exist`);
  return all.filter((item) => ids.length === 0 || ids.includes(idOf(item)));
}
