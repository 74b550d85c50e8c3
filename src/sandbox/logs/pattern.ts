import { AwsError } from "../http/aws-error.ts";
import { readJsonPattern } from "./json-pattern.ts";

const NO_PATTERN = "The sandbox simulates filter patterns of words, of one regular expression, and of JSON.";

/**
 * Reads a filter pattern: words (every plain one, at least one `?word`, no `-word`; phrases in quotes), `%expression%`, or
 * `{ $.member = value }`. [D]
 */
export function readPattern(given: string | undefined): (message: string) => boolean {
  const pattern = given?.trim() ?? "";
  if (pattern === "") return () => true;
  if (pattern.startsWith("[")) throw new AwsError("NotImplemented", NO_PATTERN, 501);
  if (pattern.startsWith("{")) return readJsonPattern(pattern);
  const expression = /^%([^%]+)%$/.exec(pattern)?.[1];
  if (expression !== undefined) return readExpression(expression);
  if (pattern.includes("%")) throw new AwsError("NotImplemented", NO_PATTERN, 501);
  return readWords(pattern);
}

/** Only what CloudWatch's expressions have: no groups, no back references, no look-around. [D] */
function readExpression(expression: string): (message: string) => boolean {
  try {
    if (/[()]/.test(expression.replace(/\\./g, ""))) throw new Error("groups");
    const read = new RegExp(expression);
    return (message) => read.test(message);
  } catch {
    throw new AwsError("InvalidParameterException", "Invalid filter pattern");
  }
}

function readWords(pattern: string): (message: string) => boolean {
  const terms = [...pattern.matchAll(/([?-]?)(?:"([^"]*)"|(\S+))/g)].map((match) => ({
    sign: match[1] ?? "",
    word: match[2] ?? match[3] ?? "",
  }));
  const anyOf = terms.filter(({ sign }) => sign === "?");
  return (message) =>
    terms.every(({ sign, word }) => sign === "?" || message.includes(word) === (sign === "")) &&
    (anyOf.length === 0 || anyOf.some(({ word }) => message.includes(word)));
}
