import type { Input } from "./input.ts";
import { records, text } from "./input.ts";

/** A tag as most services of AWS write it. ECS writes its names in lower case. */
export interface Tag {
  readonly Key: string;
  readonly Value: string;
}

/** The tags of a request, in its member of that name. */
export const tagsOf = (input: Input, member = "Tags"): Tag[] =>
  records(input, member).map((one) => ({ Key: text(one, "Key") ?? "", Value: text(one, "Value") ?? "" }));
