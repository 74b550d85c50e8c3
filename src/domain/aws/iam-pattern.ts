/**
 * What a pattern of a policy matches: `*` is any text and `?` any character; letters count in both cases.
 * [D: IAM JSON policy elements]
 */
export const iamPattern = (pattern: string): RegExp =>
  new RegExp(
    `^${pattern
      .replace(/[.+^$(){}|[\]\\]/g, "\\$&")
      .replaceAll("*", ".*")
      .replaceAll("?", ".")}$`,
    "i",
  );
