import type { Command } from "./command.ts";
import type { OptionSpec, OptionSpecs } from "./options.ts";

/** `vulcan-ops show ID [options]` */
export function usageOf({ name, options }: Pick<Command, "name" | "options">): string {
  const words = Object.entries(options).flatMap(([word, { positional, type, value }]) => {
    const shown = `${value ?? word.toUpperCase()}${type === "list" ? " …" : ""}`;
    return positional === undefined ? [] : [positional === "required" ? shown : `[${shown}]`];
  });
  return ["vulcan-ops", name, ...words, "[options]"].filter((word) => word !== "").join(" ");
}

/** `-y, --yes`, `--to REV`, `--output text|json|ndjson` */
export function flagOf(name: string, spec: OptionSpec): string {
  const short = spec.alias === undefined ? "" : `-${spec.alias}, `;
  const value = placeholderOf(name, spec);
  return `${short}--${name}${value === "" || value.startsWith("=") ? value : ` ${value}`}`;
}

/** What stands for the value of a flag: its own word, its choices, or the last word of its name. */
function placeholderOf(name: string, { type, value, choices }: OptionSpec): string {
  if (type === "boolean") return "";
  return value ?? choices?.join("|") ?? (name.split("-").at(-1) ?? name).toUpperCase();
}

/** Flags, without the arguments. */
export const flagsOf = (options: OptionSpecs): readonly (readonly [string, OptionSpec])[] =>
  Object.entries(options).filter(([, { positional }]) => positional === undefined);
