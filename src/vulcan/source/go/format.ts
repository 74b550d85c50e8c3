import type { Value } from "./value.ts";

/** What `fmt.Sprintf` makes; undefined where a verb, or a value, is not one that is known exactly. */
export function sprintf(format: string, values: readonly Value[]): string | undefined {
  let next = 0;
  let isKnown = true;
  const result = format.replace(/%(?:\[(\d+)\])?(0?)(\d*)([\s\S]?)/g, (_all, index, zero, width, verb) => {
    if (verb === "%" && index === undefined && width === "" && zero === "") return "%";
    if (index !== undefined) next = Number(index) - 1;
    const shown = formatted(verb, values[next]);
    next += 1;
    if (shown === undefined || (width !== "" && (verb !== "d" || zero === ""))) isKnown = false;
    return (shown ?? "").padStart(Math.min(Number(width), 100), "0");
  });
  const isIndexed = /%\[/.test(format);
  return isKnown && (isIndexed || next === values.length) ? result : undefined;
}

function formatted(verb: string, value: Value | undefined): string | undefined {
  if (value?.kind === "text" && (verb === "s" || verb === "v")) return value.text;
  if (value?.kind === "text" && verb === "q") return quoted(value.text);
  if (value?.kind === "int" && (verb === "d" || verb === "v")) return String(value.value);
  if (value?.kind === "bool" && (verb === "t" || verb === "v")) return String(value.value);
  return undefined;
}

/** As `strconv.Quote` does, for printable ASCII. */
export function quoted(text: string): string | undefined {
  return /^[ -~]*$/.test(text) ? `"${text.replace(/["\\]/g, "\\$&")}"` : undefined;
}

/** As `pgx.Identifier` and `pq.QuoteIdentifier` do. */
export const quotedIdentifier = (name: string): string => `"${name.split("\0").join("").replaceAll('"', '""')}"`;
