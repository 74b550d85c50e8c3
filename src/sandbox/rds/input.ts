import { AwsError } from "../http/aws-error.ts";
import type { Input } from "../http/input.ts";
import { records, text, texts } from "../http/input.ts";
import { page } from "../http/page.ts";
import { type Tag, tagsOf } from "../http/tags.ts";

export const badValue = (message: string): AwsError => new AwsError("InvalidParameterValue", message);
export const badCombination = (message: string): AwsError => new AwsError("InvalidParameterCombination", message);

/** The member as text. If it is absent, throws the error of the Query services. [O] */
export function requiredText(input: Input, name: string): string {
  const value = text(input, name);
  if (value !== undefined && value !== "") return value;
  throw new AwsError("MissingParameter", `The request must contain the parameter ${name}.`);
}

const NAME = /^[a-z](?!.*--)[a-z0-9-]{0,62}(?<!-)$/;

/** A new instance's or snapshot's name: stored in lower case. [D] */
export function newName(input: Input, name: string): string {
  const value = requiredText(input, name).toLowerCase();
  if (NAME.test(value)) return value;
  throw badValue(
    `The parameter ${name} is not a valid identifier. Identifiers must begin with a letter; must contain only ASCII ` +
      "letters, digits, and hyphens; and must not end with a hyphen or contain two consecutive hyphens.",
  );
}

/** A resource has fifty tags at most. [D] */
const MOST_TAGS = 50;

/** The tags of a request. Keys that begin with aws: are reserved for AWS. [D; codes and texts I] */
export function checkedTags(input: Input, name = "Tags"): Tag[] {
  const tags = tagsOf(input, name);
  const bad = tags.find(({ Key }) => Key === "" || Key.length > 128 || /^aws:/i.test(Key));
  if (bad !== undefined) throw badValue(`Invalid tag key: '${bad.Key}'. The prefix aws: is reserved.`);
  const long = tags.find(({ Value }) => Value.length > 256);
  if (long !== undefined) throw badValue(`Invalid tag value for ${long.Key}: at most 256 characters.`);
  if (tags.length > MOST_TAGS) throw badValue(`At most ${MOST_TAGS} tags can be given.`);
  return tags;
}

/** The items that pass every filter of the request. An unknown filter is refused. */
export function filtered<T>(
  all: readonly T[],
  input: Input,
  fields: Readonly<Record<string, (item: T) => string | undefined>>,
): T[] {
  const filters = records(input, "Filters").map((filter) => {
    const name = text(filter, "Name") ?? "";
    const field = fields[name];
    if (field === undefined) throw badValue(`Unrecognized filter name: ${name}`);
    const values = texts(filter, "Values");
    return (item: T): boolean => values.includes(field(item) ?? "");
  });
  return all.filter((item) => filters.every((passes) => passes(item)));
}

/** One page: MaxRecords from 20 to 100 (default 100), and an opaque Marker. [D] */
export function pageOf<T>(all: readonly T[], input: Input, kind: string): { items: readonly T[]; Marker?: string } {
  const size = Number(text(input, "MaxRecords") ?? 100);
  if (!Number.isInteger(size) || size < 20 || size > 100) {
    throw badValue(`Invalid value ${text(input, "MaxRecords")} for MaxRecords. Must be between 20 and 100`);
  }
  try {
    const { items, nextToken } = page(all, size, text(input, "Marker"), kind);
    return nextToken === undefined ? { items } : { items, Marker: nextToken };
  } catch {
    throw badValue("The marker provided is invalid.");
  }
}
