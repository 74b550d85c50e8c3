import { expectation, type Field, type FieldValue, parseField } from "../domain/field.ts";
import { formatDuration } from "../domain/time.ts";
import { isWrittenAs } from "./field-types.ts";
import { quoted } from "./problem.ts";
import type { ScalarValue } from "./yaml/tree.ts";

/**
 * The checker has no clock: it only checks whether a time can be read, and never keeps the value of an age
 * (`resolveInputs` turns it into a time, once).
 */
const NO_CLOCK = 0;

/** A written value as the field's type, or why it does not fit. */
export type Literal =
  | { readonly ok: true; readonly value: FieldValue }
  | { readonly ok: false; readonly message: string; readonly hint?: string | undefined };

/** Reads a literal value of a runbook; `name` is the input or key that it is for. */
export function readLiteral(field: Field, written: ScalarValue, name: string): Literal {
  if (written === null) return { ok: false, message: `${quoted(name)} has no value`, hint: "leave the key out" };
  const parsed = parseField(field, written, NO_CLOCK);
  if (parsed.ok && isWrittenAs(field.type, written)) return parsed;
  const message = `${quoted(name)} takes ${acceptedValues(field)}, not ${quoted(written)}`;
  return { ok: false, message, hint: hint(field, written) };
}

/** What fits, with the field's own limits. */
export function acceptedValues(field: Field): string {
  const shown = (bound: number | undefined) =>
    bound === undefined || field.type !== "duration" ? bound : formatDuration(bound);
  const [least, most] = [shown(field.minimum), shown(field.maximum)];
  if (least === undefined && most === undefined) return expectation(field);
  if (most === undefined) return `${expectation(field)} (at least ${least})`;
  return `${expectation(field)} (${least === undefined ? "at most" : `from ${least} to`} ${most})`;
}

const FLAGS: ReadonlyMap<string, boolean> = new Map([
  ["true", true],
  ["false", false],
]);

function hint(field: Field, written: FieldValue): string | undefined {
  const wouldFit = (value: FieldValue) => isWrittenAs(field.type, value) && parseField(field, value, NO_CLOCK).ok;
  if (typeof written !== "string") return wouldFit(String(written)) ? `write "${written}"` : undefined;
  if (field.type === "time" && isNow(written)) return "write +0m for the start of the run";
  const unquoted = /^-?\d+$/.test(written) ? Number(written) : FLAGS.get(written);
  return unquoted !== undefined && wouldFit(unquoted) ? `write ${written} without quotes` : undefined;
}

export const isNow = (written: ScalarValue): boolean => typeof written === "string" && /^now$/i.test(written);

/** `-15m` and `+2h` are relative to now, so it fits only where the present time is known. */
export function isAge(field: Field, written: ScalarValue): boolean {
  return field.type === "time" && typeof written === "string" && /^[+-]/.test(written);
}
