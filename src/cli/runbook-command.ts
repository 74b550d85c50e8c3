import { camelCase, type OptionSpecs, type OptionsOf } from "./options.ts";
import type { ProcessContext } from "./process-context.ts";
import type { RUN_OPTIONS } from "./shared-options.ts";

/** Inputs of a runbook as typed. */
export type TypedInputs = Readonly<Record<string, string>>;

/** A name over one runbook: which one, its own options, and how they give the runbook's inputs. */
export interface RunbookCommand<S extends OptionSpecs = OptionSpecs> {
  readonly name: string;
  readonly describe: string;
  readonly examples?: readonly (readonly [commandLine: string, what: string])[];
  /** The runbook's id. */
  readonly runbook: string;
  /** Those that run any runbook are added to them. */
  readonly options: S;
  /** Where the inputs are more than those of the options that name one. Undefined: the operator stopped at a question. */
  inputsOf?(
    options: OptionsOf<S & typeof RUN_OPTIONS>,
    context: ProcessContext,
  ): TypedInputs | undefined | Promise<TypedInputs | undefined>;
  /** For an input whose option has no example: the words after the command's name that would give a good one. */
  exampleOf?(option: string): string;
  /** A refusal with this code says that there is nothing to do: exit 0. */
  readonly nothingToDo?: string;
}

export const defineRunbookCommand = <const S extends OptionSpecs>(command: RunbookCommand<S>): RunbookCommand =>
  command as unknown as RunbookCommand;

/** The inputs that options give by themselves. */
export function inputsFrom(specs: OptionSpecs, options: Readonly<Record<string, unknown>>): TypedInputs {
  const given = Object.entries(specs).flatMap(([name, { input }]) => {
    const value = options[camelCase(name)];
    return input === undefined || value === undefined || value === false ? [] : [[input, String(value)] as const];
  });
  return Object.fromEntries(given);
}

/** For an input that does not fit: a command line that would give a good one. */
export function exampleFor({ name, options, exampleOf }: RunbookCommand, input: string): string {
  const [option = input, spec] = Object.entries(options).find(([, { input: of }]) => of === input) ?? [];
  const words = spec?.example ?? exampleOf?.(option) ?? (spec?.positional === undefined ? `--${option} …` : "…");
  return ["vulcan-ops", name, words].join(" ");
}
