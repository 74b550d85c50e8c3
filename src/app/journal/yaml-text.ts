import type { Json, JsonObject } from "../../domain/json.ts";

/** What needs no quotes in any version of YAML; dates, numbers and words such as `no` do. */
const PLAIN = /^[A-Za-z](?:[\w/.*-]|:(?=\S))*$/;
const WORDS = /^(?:y|n|yes|no|on|off|true|false|null)$/i;

/** A value as YAML. What is between quotes is JSON, which every version of YAML reads alike. */
export const yamlText = (value: JsonObject): string => `${lines(value).join("\n")}\n`;

function lines(value: Json): readonly string[] {
  if (!isCollection(value)) return [typeof value === "string" ? scalar(value) : String(value)];
  if (Array.isArray(value)) return value.flatMap((one: Json) => indented(lines(one), "- "));
  return Object.entries(value).flatMap(([name, one = null]) =>
    isBlock(one) ? [`${scalar(name)}:`, ...indented(lines(one), "  ")] : [`${scalar(name)}: ${lines(one).join("")}`],
  );
}

const isCollection = (value: Json): value is readonly Json[] | JsonObject =>
  typeof value === "object" && value !== null;

const isBlock = (value: Json): boolean => isCollection(value) && Object.keys(value).length > 0;

const indented = ([first = "", ...rest]: readonly string[], mark: string): readonly string[] => [
  `${mark}${first}`,
  ...rest.map((line) => `  ${line}`),
];

const scalar = (text: string): string => (PLAIN.test(text) && !WORDS.test(text) ? text : JSON.stringify(text));
