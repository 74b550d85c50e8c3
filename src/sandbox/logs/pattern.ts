import { AwsError } from "../http/aws-error.ts";

/** Reads a filter pattern of words: every plain word, at least one `?word`, no `-word`; phrases in quotes. [D] */
export function readPattern(pattern: string | undefined): (message: string) => boolean {
  if (pattern === undefined || pattern.trim() === "") return () => true;
  if (/^[{[%]/.test(pattern.trim())) {
    throw new AwsError("NotImplemented", "The sandbox simulates filter patterns of words alone.", 501);
  }
  const terms = [...pattern.matchAll(/([?-]?)(?:"([^"]*)"|(\S+))/g)].map((match) => ({
    sign: match[1] ?? "",
    word: match[2] ?? match[3] ?? "",
  }));
  const anyOf = terms.filter(({ sign }) => sign === "?");
  return (message) =>
    terms.every(({ sign, word }) => sign === "?" || message.includes(word) === (sign === "")) &&
    (anyOf.length === 0 || anyOf.some(({ word }) => message.includes(word)));
}
