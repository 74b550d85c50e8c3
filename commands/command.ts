import type { ExitCode } from "../src/domain/exit.ts";
import type { Context } from "./context.ts";

/** One option of a command; yargs is told this and nothing else. */
export interface Flag {
  readonly type: "string" | "boolean" | "array";
  readonly describe: string;
  readonly choices?: readonly string[];
  readonly alias?: string;
}

export type Flags = Readonly<Record<string, Flag>>;

/** What was typed, as text: parsing into values happens once, where the runbook declares its inputs. */
export type Given = Readonly<Record<string, string | boolean | readonly string[] | undefined>>;

/**
 * One command = one file of this shape. The command line is parsed without running, and `run` needs no command line.
 */
export interface Command {
  /** Name and positionals as yargs writes them: `show <id>`. */
  readonly usage: string;
  readonly describe: string;
  readonly flags: Flags;
  readonly examples?: readonly (readonly [string, string])[];
  run(given: Given, context: Context): Promise<ExitCode>;
}

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
