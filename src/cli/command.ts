import type { ExitCode } from "../domain/exit-codes.ts";
import type { OptionSpecs, OptionsOf } from "./options.ts";
import type { ProcessContext } from "./process-context.ts";

/**
 * One command = one file of this shape. Its name is what one types after `vulcan-ops`, and the path of its file. The
 * command line is parsed without running, and `run` needs no command line.
 */
export interface Command<S extends OptionSpecs = OptionSpecs> {
  /** As typed, `migrate down`. */
  readonly name: string;
  readonly describe: string;
  readonly options: S;
  readonly examples?: readonly (readonly [commandLine: string, what: string])[];
  run(options: OptionsOf<S>, context: ProcessContext): Promise<ExitCode>;
}

/** A word that only opens onto others: `migrate` of `migrate status` and `migrate down`. */
export interface CommandGroup {
  readonly name: string;
  readonly describe: string;
  readonly commands: CommandList;
  readonly examples?: Command["examples"];
}

/** Commands by the word that names them, in the order of the help. Each loads only where it is asked for. */
export type CommandList = Readonly<Record<string, () => Promise<Command | CommandGroup>>>;

/** A command whose `run` takes exactly what its options say. */
export const defineCommand = <const S extends OptionSpecs>(command: Command<S>): Command =>
  command as unknown as Command;

export const isGroup = (command: Command | CommandGroup): command is CommandGroup => "commands" in command;
