import { usageError } from "../error.ts";

/** A target of the configuration, as far as it is chosen by. */
export interface KnownTarget {
  readonly name: string;
  readonly tags: readonly string[];
  /** As it pins them; absent where it does not. */
  readonly account?: string;
  readonly region?: string;
}

const TAG = "tag:";

/**
 * The targets that the words choose, each once, in the order of the words and then of the configuration. A word is a
 * name, a glob (`shop-*`) or a tag (`tag:eu`). Usage error (exit 6) for a word that chooses none.
 */
export function selectTargets(words: readonly string[], known: readonly KnownTarget[]): readonly string[] {
  const chosen = words.flatMap((word) => {
    const found = known.filter((one) => fits(word, one));
    if (found.length === 0) throw choosesNone(word, known);
    return found.map(({ name }) => name);
  });
  return [...new Set(chosen)];
}

function fits(word: string, { name, tags }: KnownTarget): boolean {
  if (word.startsWith(TAG)) return tags.includes(word.slice(TAG.length));
  if (!word.includes("*")) return word === name;
  const parts = word.split("*").map((part) => part.replace(/[^a-z0-9-]/g, "\\$&"));
  return new RegExp(`^${parts.join(".*")}$`).test(name);
}

const MOST_NAMED = 8;

function choosesNone(word: string, known: readonly KnownTarget[]): Error {
  const isTag = word.startsWith(TAG);
  const all = isTag ? [...new Set(known.flatMap(({ tags }) => tags))] : known.map(({ name }) => name);
  const rest = all.length > MOST_NAMED ? `, and ${all.length - MOST_NAMED} more` : "";
  const there = all.length === 0 ? "there is none" : `there is: ${all.slice(0, MOST_NAMED).join(", ")}${rest}`;
  return usageError(
    "fleet-target-unknown",
    `${JSON.stringify(word)} chooses no target; of ${isTag ? "tags" : "targets"} in the configuration ${there}`,
    ["vulcan-ops config"],
  );
}
