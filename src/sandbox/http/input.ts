import { RequestError } from "./request-error.ts";

/** A request's members, from JSON or from a query form. */
export type Input = Readonly<Record<string, unknown>>;
export type Output = Readonly<Record<string, unknown>>;

/** The member as text, or undefined when absent. */
export function text(input: Input, name: string): string | undefined {
  const value = input[name];
  return value === undefined || value === null ? undefined : String(value);
}

/** A request without its empty members: clients such as Terraform send those that were left out as empty text. */
export const withoutEmpty = (input: Input): Input =>
  Object.fromEntries(Object.entries(input).filter(([, value]) => value !== ""));

/** The member as text. If it is absent, throws an error with the wording of the AWS services. */
export function required(input: Input, name: string): string {
  const value = text(input, name);
  if (value === undefined || value === "")
    throw new RequestError("missing", name, "InvalidParameterException", `${name} can not be empty.`);
  return value;
}

export function texts(input: Input, name: string): string[] {
  return list(input, name).map(String);
}

export function list(input: Input, name: string): unknown[] {
  const value = input[name];
  return Array.isArray(value) ? value : [];
}

export function records(input: Input, name: string): Input[] {
  return list(input, name).filter((item): item is Input => typeof item === "object" && item !== null);
}

export function record(input: Input, name: string): Input | undefined {
  const value = input[name];
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Input) : undefined;
}

/** A number; query forms send it as text. */
export function number(input: Input, name: string): number | undefined {
  const value = input[name];
  if (value === undefined || value === null || value === "") return undefined;
  const parsed = Number(value);
  if (!Number.isFinite(parsed))
    throw new RequestError("malformed", name, "ValidationException", `${name} must be a number.`);
  return parsed;
}

export function flag(input: Input, name: string): boolean | undefined {
  const value = input[name];
  return value === undefined || value === null ? undefined : value === true || value === "true";
}

/** An instant in ms: epoch seconds in JSON, ISO 8601 in query forms. */
export function instant(input: Input, name: string): number | undefined {
  const value = input[name];
  if (value === undefined || value === null) return undefined;
  const ms = typeof value === "number" ? value * 1000 : Date.parse(String(value));
  if (Number.isNaN(ms))
    throw new RequestError("malformed", name, "ValidationException", `${name} must be a timestamp.`);
  return ms;
}
