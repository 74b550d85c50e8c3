import { jsonText } from "../text/json-text.ts";

const COLUMNS = 100;

/** JSON as people write policies: what fits on a line is on one line. Ends without a line feed. */
export const renderPolicy = (policy: object): string => lines(policy, 0, 0);

/** `taken`: columns that stand before and behind the value on its first line. */
function lines(value: unknown, indent: number, taken: number): string {
  const short = onOneLine(value);
  if (typeof value !== "object" || value === null || indent + taken + short.length <= COLUMNS) return short;
  const [open, close] = Array.isArray(value) ? ["[", "]"] : ["{", "}"];
  const items = parts(value).map(([before, one]) => before + lines(one, indent + 2, before.length + 1));
  const pad = " ".repeat(indent);
  return `${open}\n${items.map((item) => `${pad}  ${item}`).join(",\n")}\n${pad}${close}`;
}

function onOneLine(value: unknown): string {
  if (typeof value !== "object" || value === null) return jsonText(value);
  const items = parts(value).map(([before, one]) => before + onOneLine(one));
  return Array.isArray(value) ? `[${items.join(", ")}]` : `{${items.join(", ")}}`;
}

const parts = (value: object): readonly (readonly [before: string, value: unknown])[] =>
  Array.isArray(value)
    ? value.map((one) => ["", one] as const)
    : Object.entries(value).map(([key, one]) => [`${jsonText(key)}: `, one] as const);
