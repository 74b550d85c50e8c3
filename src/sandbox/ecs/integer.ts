import { AwsError } from "../http/aws-error.ts";
import type { Input } from "../http/input.ts";

const MOST = 2 ** 31 - 1;

/** Reads a whole number. The wire layer refuses other types before the service checks them. [D; texts O, I] */
export function integer(input: Input, name: string, least: number, most = MOST): number | undefined {
  const value = input[name];
  if (value === undefined || value === null) return undefined;
  if (!Number.isInteger(value)) {
    const kind = typeof value === "number" ? "DECIMAL_VALUE" : `${typeof value}_VALUE`.toUpperCase();
    throw new AwsError("SerializationException", `${kind} cannot be converted to Integer`);
  }
  const whole = Number(value);
  if (whole >= least && whole <= most) return whole;
  const bounds = most === MOST ? `must be at least ${least}` : `must be from ${least} to ${most}`;
  throw new AwsError(
    "InvalidParameterException",
    least === 0 && whole < 0 ? `${name} must not be negative.` : `${name} ${bounds}.`,
  );
}
