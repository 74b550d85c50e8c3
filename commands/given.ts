import { quoted } from "../src/ui/shell.ts";

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

/** The flags that named the target, to stand behind another command; empty where none was typed. */
export function whereOf(given: Given): string {
  const typed = ["target", "profile", "region"].flatMap((name) => {
    const value = textOf(given, name);
    return value === undefined ? [] : [` --${name} ${quoted(value)}`];
  });
  return typed.join("");
}
