import { canonical, type Json } from "../../domain/json.ts";

/** A value as an operator would write it. */
export function shown(value: Json): string {
  if (value === null) return "(none)";
  if (typeof value === "string") return value === "" ? '""' : value;
  return canonical(value);
}
