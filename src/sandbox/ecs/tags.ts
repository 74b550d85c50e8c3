import { AwsError } from "../http/aws-error.ts";
import type { Input } from "../http/input.ts";
import { records, text } from "../http/input.ts";
import type { Tag } from "./model.ts";

/** A resource can have at most this many tags. [D] */
const MOST = 50;

/** The tags of a request, added to the existing ones. A key has one value, the newest. [D; texts I] */
export function tagsOf(input: Input, before: readonly Tag[] = []): Tag[] {
  const tags = new Map(before.map(({ key, value }) => [key, value]));
  for (const one of records(input, "tags")) {
    const key = text(one, "key") ?? "";
    if (key === "") throw new AwsError("InvalidParameterException", "A tag's key can not be blank.");
    tags.set(key, text(one, "value") ?? "");
  }
  if (tags.size > MOST) throw new AwsError("InvalidParameterException", `A resource can have ${MOST} tags at most.`);
  return [...tags].map(([key, value]) => ({ key, value }));
}
