import { commandLine } from "../domain/command-line.ts";
import type { ExitCode } from "../domain/exit-codes.ts";
import { camelCase, type OptionSpecs, type OptionsOf, repeatOptions } from "./options.ts";
import type { ProcessContext } from "./process-context.ts";
import type { RUN_OPTIONS } from "./shared-options.ts";

/** Inputs of a runbook as typed. */
export type TypedInputs = Readonly<Record<string, string>>;

/** A command for one runbook: which one, its own options, and how they give the runbook's inputs. */
export interface RunbookCommand<S extends OptionSpecs = OptionSpecs> {
  readonly name: string;
  readonly describe: string;
  readonly examples?: readonly (readonly [commandLine: string, what: string])[];
  /** The runbook's id. */
  readonly runbook: string;
  /** RUN_OPTIONS are added to them. */
  readonly options: S;
  /** Needed if the options with `input` do not give all inputs. Undefined: the operator stopped at a question. */
  inputsOf?(
    options: OptionsOf<S & typeof RUN_OPTIONS>,
    context: ProcessContext,
  ): TypedInputs | undefined | Promise<TypedInputs | undefined>;
  /** Runs in place of the runbook, where the options ask for it. Undefined: they do not. */
  instead?(options: OptionsOf<S & typeof RUN_OPTIONS>, context: ProcessContext): Promise<ExitCode> | undefined;
  /** For an input whose option has no example: the words after the command's name that give a valid one. */
  exampleOf?(option: string): string;
  /** An error with this code says that there is nothing to do: exit 0. */
  readonly nothingToDo?: string;
}

export const defineRunbookCommand = <const S extends OptionSpecs>(command: RunbookCommand<S>): RunbookCommand =>
  command as unknown as RunbookCommand;

/** The inputs from the options that name one. */
export function inputsFrom(specs: OptionSpecs, options: Readonly<Record<string, unknown>>): TypedInputs {
  const given = Object.entries(specs).flatMap(([name, { input }]) => {
    const value = options[camelCase(name)];
    return input === undefined || value === undefined || value === false ? [] : [[input, String(value)] as const];
  });
  return Object.fromEntries(given);
}

/** For an invalid input: the command line as it was typed, with a valid one in its place. */
export function exampleFor(
  { name, options, exampleOf }: RunbookCommand,
  input: string,
  given: Readonly<Record<string, unknown>> = {},
): string {
  const [option = input, spec] = Object.entries(options).find(([, { input: own }]) => own === input) ?? [];
  const { [option]: _, ...others } = options;
  const typed = commandLine`vulcan-ops ${name.split(" ")} ${repeatOptions(others, given)}`;
  if (spec?.example !== undefined) return `${typed} ${spec.example}`;
  const words = exampleOf?.(option) ?? (spec?.positional === undefined ? `--${option} …` : "…");
  return ["vulcan-ops", name, words].join(" ");
}
