import { option } from "../domain/command-line.ts";

/** What was typed, as text: parsing into values happens once, where the runbook declares its inputs. */
export type Given = Readonly<Record<string, string | boolean | readonly string[] | undefined>>;

/** A flag's text, or undefined. */
export function textOf(given: Given, name: string): string | undefined {
  const value = given[name];
  return typeof value === "string" ? value : undefined;
}

export function isSet(given: Given, name: string): boolean {
  return given[name] === true;
}

export function listOf(given: Given, name: string): readonly string[] {
  const value = given[name];
  return Array.isArray(value) ? value : typeof value === "string" ? [value] : [];
}

/** Those of the named flags that were typed, as words of another command. */
export function typedAgain(given: Given, ...names: readonly string[]): readonly string[] {
  return names.flatMap((name) => {
    const value = textOf(given, name);
    return value === undefined ? [] : option(name, value);
  });
}
