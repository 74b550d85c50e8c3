import type { Snapshot } from "../snapshot.ts";
import type { Story } from "../story.ts";
import { KINDS } from "./nothing-left.ts";

const FIELDS = Object.keys(KINDS) as (keyof typeof KINDS)[];

const differences = (before: Snapshot, after: Snapshot): readonly (keyof typeof KINDS)[] =>
  FIELDS.filter((name) => before[name] !== after[name]);

/** Each difference was named by `status`, by its kind. */
export function leftUnnamed({ before, left = [] }: Story): readonly string[] {
  return left.flatMap(({ at, unfinished }) =>
    differences(before, at)
      .filter((name) => !unfinished.some(({ kind }) => (KINDS[name] as readonly string[]).includes(kind)))
      .map((name) => `${name} was ${before[name] || "none"}, is ${at[name] || "none"}, and status does not name it`),
  );
}

/** Where `status` was asked: after the commands that it printed, and in the end, nothing is different. */
export function notBack({ before, after, lives, left }: Story): readonly string[] {
  if (left === undefined || left.length === 0) return [];
  const moments = [...lives.filter(({ command }) => command === "printed").slice(-1), { after, argv: ["the end"] }];
  return moments.flatMap(({ after: then, argv }) =>
    then === undefined
      ? []
      : differences(before, then).map(
          (name) => `after ${argv.join(" ")}: ${name} was ${before[name] || "none"}, is ${then[name] || "none"}`,
        ),
  );
}
