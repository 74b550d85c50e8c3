import type { ExitCode } from "../domain/exit-codes.ts";
import type { OptionSpecs, OptionsOf } from "./options.ts";
import type { ProcessContext } from "./process-context.ts";

/**
 * One command is one file of this shape. Its name is what the operator types after `vulcan-ops`, and the path of its
 * file. The command line is parsed without running anything, and `run` needs no command line.
 */
export interface Command<S extends OptionSpecs = OptionSpecs> {
  /** As typed, `migrate down`. */
  readonly name: string;
  readonly describe: string;
  readonly options: S;
  readonly examples?: readonly (readonly [commandLine: string, what: string])[];
  run(options: OptionsOf<S>, context: ProcessContext): Promise<ExitCode>;
}

/** A word that only groups commands: `migrate` of `migrate status` and `migrate down`. */
export interface CommandGroup {
  readonly name: string;
  readonly describe: string;
  readonly commands: CommandList;
  /** The command of the word alone: `history` beside `history export`. */
  readonly bare?: () => Promise<Command>;
  readonly examples?: Command["examples"];
}

/** Commands by the word that names them, in the order of the help. A command loads only when it is called. */
export type CommandList = Readonly<Record<string, () => Promise<Command | CommandGroup>>>;

/** A command whose `run` gets exactly the types of its options. */
export const defineCommand = <const S extends OptionSpecs>(command: Command<S>): Command =>
  command as unknown as Command;

export const isGroup = (command: Command | CommandGroup): command is CommandGroup => "commands" in command;
