import { option } from "../domain/command-line.ts";
import type { Completes } from "../domain/completion.ts";

/** One option of a command, or with `positional` one of its arguments. */
export interface OptionSpec {
  readonly type: "string" | "boolean" | "list";
  readonly describe: string;
  readonly choices?: readonly string[];
  /** Values that a shell completes; others are taken, too. */
  readonly suggests?: readonly string[];
  readonly alias?: string;
  readonly positional?: "required" | "optional";
  /** The input of the command's runbook that this option gives. */
  readonly input?: string;
  /** In the help, what stands for its value (`REV`); with `=` in front if only that form takes one. */
  readonly value?: string;
  /** In the help, the heading that it stands under. Default: the command's own options. */
  readonly group?: string;
  /** For errors: the words after the command's name that give a valid value. */
  readonly example?: string;
  /** What its value can be completed from, where `value` does not tell. */
  readonly completes?: readonly Completes[];
}

/** By the name as typed, `dry-run`. */
export type OptionSpecs = Readonly<Record<string, OptionSpec>>;

/** What `run` gets: every option by its name in camel case, `dryRun`. */
export type OptionsOf<S extends OptionSpecs> = { readonly [K in keyof S as CamelCase<K & string>]: ValueOf<S[K]> };

type ValueOf<S extends OptionSpec> = S["type"] extends "boolean"
  ? boolean
  : S["type"] extends "list"
    ? readonly string[]
    : S extends { readonly choices: readonly (infer Choice)[] }
      ? Choice | undefined
      : string | undefined;

type CamelCase<Name extends string> = Name extends `${infer Head}-${infer Tail}`
  ? `${Head}${Capitalize<CamelCase<Tail>>}`
  : Name;

export function camelCase(name: string): string {
  return name.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

/** All options. If not given, a switch is false, a list is empty, and a text is undefined. */
export function toOptions<S extends OptionSpecs>(specs: S, typed: Readonly<Record<string, unknown>>): OptionsOf<S> {
  const values = Object.entries(specs).map(([name, { type }]) => [camelCase(name), optionValue(type, typed[name])]);
  return Object.fromEntries(values) as OptionsOf<S>;
}

function optionValue(type: OptionSpec["type"], value: unknown): string | boolean | readonly string[] | undefined {
  if (type === "boolean") return value === true;
  if (type === "list") return Array.isArray(value) ? value.map(String) : typeof value === "string" ? [value] : [];
  return typeof value === "string" ? value : undefined;
}

/** The given options, as words to type again. */
export function repeatOptions(specs: OptionSpecs, options: Readonly<Record<string, unknown>>): readonly string[] {
  return Object.entries(specs).flatMap(([name, { positional }]) => {
    const value = options[camelCase(name)];
    if (value === undefined || value === false) return [];
    if (value === true) return [`--${name}`];
    const values = (Array.isArray(value) ? value : [value]).map(String);
    return positional === undefined ? values.flatMap((one) => option(name, one)) : values;
  });
}
