import { nearest } from "../domain/nearest.ts";
import { quoted } from "./problem.ts";

/** `did you mean "title"?`, or all names where none is near and the list is short. */
export function didYouMean(given: string, names: Iterable<string>): string | undefined {
  const known = [...names];
  const near = nearest(given, known);
  if (near !== undefined) return `did you mean ${quoted(near)}?`;
  return known.length > 0 && known.length <= MOST_LISTED ? `there is ${known.join(", ")}` : undefined;
}

const MOST_LISTED = 12;
