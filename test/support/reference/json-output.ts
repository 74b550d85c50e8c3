import { OUTPUTS, VERSIONING } from "../../../src/ui/schema/outputs.ts";
import type { Schema } from "../../../src/ui/schema/shapes.ts";
import { MADE, table } from "./table.ts";

/** What each command prints with `--output json`, member by member. */
export function jsonReference(): string {
  const parts = Object.entries(OUTPUTS).flatMap(([name, { title, json, line }]) => [
    `## ${name}`,
    `${title}. Whole schema: \`vulcan-ops schema ${name}\`.`,
    ...documentPart(json),
    ...(line === undefined ? [] : ["With `--output ndjson`, each line:", ...documentPart(line)]),
  ]);
  const about =
    "With `--output json` a command prints one document, with `ndjson` one object a line. Prose goes to stderr. After a failure the last object, or the last line, is `error`.";
  return `${[MADE, "# JSON outputs", about, VERSIONING, ...parts].join("\n\n")}\n`;
}

/** A choice of documents has a table for each. */
function documentPart(schema: Schema): readonly string[] {
  if (Array.isArray(schema.anyOf)) return (schema.anyOf as readonly Schema[]).flatMap(documentPart);
  if (schema.type === "array") return ["A list of:", ...documentPart(schema.items as Schema)];
  const members = Object.entries((schema.properties ?? {}) as Readonly<Record<string, Schema>>);
  if (members.length === 0) return [`${capitalised(typeText(schema))}.`];
  const required = (schema.required ?? []) as readonly string[];
  const rows = members.map(([name, member]) => [
    `\`${name}\``,
    typeText(member),
    required.includes(name) ? "yes" : "no",
  ]);
  return [table(["member", "type", "always"], rows)];
}

const capitalised = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

function typeText(schema: Schema): string {
  if (Array.isArray(schema.enum))
    return (schema.enum as readonly unknown[]).map((word) => `\`${String(word)}\``).join(", ");
  if (Array.isArray(schema.anyOf)) return [...new Set((schema.anyOf as readonly Schema[]).map(typeText))].join(" or ");
  if (schema.type === "array") return `list of ${typeText(schema.items as Schema)}`;
  if (schema.type === "null") return "null";
  if (schema.type === "string") return schema.pattern === undefined ? "text" : patternText(String(schema.pattern));
  if (schema.type === "object" || schema.allOf !== undefined) return objectText(schema);
  return typeof schema.type === "string" ? schema.type : "any value";
}

const patternText = (pattern: string): string =>
  pattern.includes("T") ? "time, RFC 3339 in UTC" : `text like \`${pattern}\``;

function objectText({ properties }: Schema): string {
  const names = Object.keys((properties ?? {}) as object);
  return names.length === 0 ? "object" : `object: ${names.join(", ")}`;
}
