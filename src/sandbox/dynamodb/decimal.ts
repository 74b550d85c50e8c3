import { invalid } from "./invalid.ts";

/** A number of DynamoDB: `coefficient × 10^exponent`, up to 38 digits, so a float cannot hold it. [D] */
interface Decimal {
  readonly coefficient: bigint;
  readonly exponent: number;
}

const MOST_DIGITS = 38;
const MOST_MAGNITUDE = 125;
const LEAST_MAGNITUDE = -130;

function parse(text: string): Decimal {
  const [, sign = "", whole = "", part = "", power = "0"] =
    /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,5}))?$/.exec(text.trim()) ?? [];
  if (whole + part === "") throw invalid(`The parameter cannot be converted to a numeric value: ${text}`);
  const digits = (whole + part).replace(/^0+/, "");
  const kept = digits.replace(/0+$/, "");
  if (kept === "") return { coefficient: 0n, exponent: 0 };
  const exponent = Number(power) - part.length + (digits.length - kept.length);
  if (kept.length > MOST_DIGITS) throw invalid("Attempting to store more than 38 significant digits in a Number");
  const magnitude = exponent + kept.length - 1;
  const beyond = "Attempting to store a number with magnitude";
  if (magnitude > MOST_MAGNITUDE) throw invalid(`Number overflow. ${beyond} larger than supported range`);
  if (magnitude < LEAST_MAGNITUDE) throw invalid(`Number underflow. ${beyond} smaller than supported range`);
  return { coefficient: BigInt(`${sign === "-" ? "-" : ""}${kept}`), exponent };
}

/** Both coefficients at one exponent. */
function aligned(a: Decimal, b: Decimal): readonly [a: bigint, b: bigint, exponent: number] {
  const exponent = Math.min(a.exponent, b.exponent);
  const at = (one: Decimal): bigint => one.coefficient * 10n ** BigInt(one.exponent - exponent);
  return [at(a), at(b), exponent];
}

/** The number as DynamoDB gives it back: without zeros that mean nothing, and without an exponent. */
export function canonical(text: string): string {
  const { coefficient, exponent } = parse(text);
  if (exponent >= 0) return `${coefficient}${"0".repeat(exponent)}`;
  const isNegative = coefficient < 0n;
  const digits = String(isNegative ? -coefficient : coefficient).padStart(1 - exponent, "0");
  return `${isNegative ? "-" : ""}${digits.slice(0, exponent)}.${digits.slice(exponent)}`;
}

/** How many digits mean something. */
export function significant(text: string): number {
  const { coefficient } = parse(text);
  return String(coefficient < 0n ? -coefficient : coefficient).length;
}

export function compareNumbers(a: string, b: string): number {
  const [first, second] = aligned(parse(a), parse(b));
  return first < second ? -1 : Number(first > second);
}

/** `sign`: 1 adds, -1 subtracts. */
export function addNumbers(a: string, b: string, sign: 1 | -1 = 1): string {
  const [first, second, exponent] = aligned(parse(a), parse(b));
  return canonical(`${first + BigInt(sign) * second}e${exponent}`);
}
