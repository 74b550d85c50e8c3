import { type Json, type JsonObject, sameJson } from "../json.ts";
import type { Declared, TerraformBlock } from "./declared.ts";

/** The resources as Terraform reads them, each below what applying it does. Ends with a line feed. */
export function terraformOf(all: readonly Declared[]): string {
  return `${all.map(resourceText).join("\n\n")}\n`;
}

function resourceText({ label, effects, terraform }: Declared): string {
  const notes = effects.map((effect) => `# ${effect}`);
  const { type, attributes, blocks = {} } = terraform;
  const nested = Object.entries(blocks).map(([name, body]) => `  ${name} {\n${attributeLines(body, 4)}\n  }`);
  const parts = [attributeLines(attributes, 2), ...nested].filter((part) => part !== "");
  return [...notes, `resource ${text(type)} ${text(label)} {`, parts.join("\n\n"), "}"].join("\n");
}

function attributeLines(attributes: TerraformBlock["attributes"], indent: number): string {
  const widest = Math.max(...Object.keys(attributes).map((name) => name.length));
  const lines = Object.entries(attributes).map(
    ([name, value]) => `${" ".repeat(indent)}${name.padEnd(widest)} = ${valueText(value, indent)}`,
  );
  return lines.join("\n");
}

function valueText(value: TerraformBlock["attributes"][string] | undefined, indent: number): string {
  if (typeof value === "string") return text(value);
  if (value === null || value === undefined || typeof value !== "object") return String(value ?? null);
  if (Array.isArray(value)) return `[${value.map((one) => valueText(one as Json, indent)).join(", ")}]`;
  const { expression } = value as { readonly expression?: string };
  if (expression !== undefined && sameJson(value as Json, { expression })) return expression;
  return mapText(value as JsonObject, indent);
}

function mapText(map: JsonObject, indent: number): string {
  const inner = " ".repeat(indent + 2);
  const lines = Object.entries(map).map(([key, value]) => `${inner}${text(key)} = ${valueText(value, indent + 2)}`);
  return `{\n${lines.join("\n")}\n${" ".repeat(indent)}}`;
}

/** Of a quoted text, Terraform takes `${` and `%{` for templates. [D: Terraform, strings and templates] */
const text = (value: string): string => JSON.stringify(value).replace(/[$%](?=\{)/g, (sign) => sign + sign);
