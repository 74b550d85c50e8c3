import { sanitise } from "../domain/sanitise.ts";
import type { Argument, CheckedArguments, Tool } from "./tool.ts";

const MOST_CHARACTERS = 200;
const MOST_PAIRS = 32;
const PAIR_NAME = /^[A-Za-z][A-Za-z0-9_-]{0,63}$/;

/** The arguments of a call, or the sentences that say what is wrong with them. Runs nothing. */
export function checkArguments(
  tool: Tool,
  given: unknown,
): { readonly given: CheckedArguments } | { readonly problems: readonly string[] } {
  const { name, takes } = tool;
  if (given !== undefined && !isRecord(given)) return { problems: [`${name} takes its arguments as an object`] };
  const values = Object.fromEntries(
    Object.entries(given ?? {}).map(([key, value]) => [key, asTexts(takes[key], value)]),
  );
  const unknown = Object.keys(values).filter((key) => !Object.hasOwn(takes, key));
  const problems = [
    ...unknown.map((key) => `${name} takes no argument ${quoted(key)}; it takes ${namesOf(tool)}`),
    ...Object.entries(takes).flatMap(([key, argument]) => problemsOf(key, argument, values[key])),
  ];
  return problems.length > 0 ? { problems } : { given: values as CheckedArguments };
}

/** An input that is a number or a truth is written so by most assistants; a command line takes its text. */
function asTexts(argument: Argument | undefined, value: unknown): unknown {
  if (argument?.type !== "pairs" || !isRecord(value)) return value;
  const isPlain = (one: unknown): boolean => typeof one === "boolean" || Number.isFinite(one);
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, isPlain(one) ? String(one) : one]));
}

/** The same as JSON Schema, for the list of tools. */
export function schemaOf({ takes }: Tool) {
  const required = Object.entries(takes).flatMap(([name, { isRequired }]) => (isRequired === true ? [name] : []));
  const properties = Object.fromEntries(Object.entries(takes).map(([name, one]) => [name, propertyOf(one)]));
  return { type: "object" as const, properties, required, additionalProperties: false };
}

function propertyOf({ type, describe: description, choices, most = MOST_CHARACTERS }: Argument): object {
  if (type === "flag") return { type: "boolean", description };
  if (type === "choice") return { type: "string", enum: choices, description };
  const text = { type: "string", maxLength: most };
  if (type === "pairs") {
    const plain = { ...text, type: ["string", "number", "boolean"] };
    return { type: "object", additionalProperties: plain, maxProperties: MOST_PAIRS, description };
  }
  return { ...text, minLength: 1, description };
}

const namesOf = ({ takes }: Tool): string => Object.keys(takes).join(", ") || "none";

function problemsOf(name: string, argument: Argument, value: unknown): readonly string[] {
  if (value === undefined) return argument.isRequired === true ? [`${name} is missing: ${argument.describe}`] : [];
  if (argument.type === "flag") return typeof value === "boolean" ? [] : [`${name} is true or false`];
  if (argument.type === "choice")
    return argument.choices?.some((one) => one === value) === true
      ? []
      : [`${name} is one of ${argument.choices?.join(", ")}`];
  if (argument.type === "pairs") return pairProblems(name, argument, value);
  return textProblems(name, argument, value);
}

function textProblems(name: string, { most = MOST_CHARACTERS, form }: Argument, value: unknown): readonly string[] {
  if (typeof value !== "string" || value === "") return [`${name} is a text`];
  if (value.length > most) return [`${name} has ${value.length} characters, more than ${most}`];
  if (sanitise(value, { lines: most > MOST_CHARACTERS, most }) !== value)
    return [`${name} holds a control character or an invisible one`];
  return form === undefined || form.pattern.test(value) ? [] : [`${name} is ${form.text}, not ${quoted(value)}`];
}

function pairProblems(name: string, argument: Argument, value: unknown): readonly string[] {
  if (!isRecord(value))
    return [`${name} is an object: each member an input of the runbook, a text, a number, true or false`];
  const pairs = Object.entries(value);
  if (pairs.length > MOST_PAIRS) return [`${name} has ${pairs.length} members, more than ${MOST_PAIRS}`];
  return pairs.flatMap(([key, text]) =>
    PAIR_NAME.test(key) ? textProblems(`${name}.${key}`, argument, text) : [`${name} has no input ${quoted(key)}`],
  );
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const quoted = (text: string): string => JSON.stringify(sanitise(text, { most: 80 }));
