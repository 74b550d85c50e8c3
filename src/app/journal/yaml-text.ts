import type { Part } from "./intrinsic.ts";

/** What needs no quotes in any version of YAML; dates, numbers and words such as `no` do. */
const PLAIN = /^[A-Za-z](?:[\w/.*-]|:(?=\S))*$/;
const WORDS = /^(?:y|n|yes|no|on|off|true|false|null)$/i;

/** A value as YAML. What is between quotes is JSON, which every version of YAML reads alike. */
export const yamlText = (value: Readonly<Record<string, Part>>): string => `${lines(value).join("\n")}\n`;

function lines(value: Part): readonly string[] {
  if (Array.isArray(value)) return value.flatMap((one: Part) => indented(lines(one), "- "));
  if (typeof value === "object")
    return Object.entries(value).flatMap(([name, one]) =>
      isBlock(one) ? [`${scalar(name)}:`, ...indented(lines(one), "  ")] : [`${scalar(name)}: ${lines(one).join("")}`],
    );
  return [typeof value === "string" ? scalar(value) : String(value)];
}

const isBlock = (value: Part): boolean => typeof value === "object" && Object.keys(value).length > 0;

const indented = ([first = "", ...rest]: readonly string[], mark: string): readonly string[] => [
  `${mark}${first}`,
  ...rest.map((line) => `  ${line}`),
];

const scalar = (text: string): string => (PLAIN.test(text) && !WORDS.test(text) ? text : JSON.stringify(text));
