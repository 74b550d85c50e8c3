/** What a value can be completed from. The program knows some when it is built; others are live: read on this machine. */
export type Completes =
  | "action"
  | "command"
  | "execution"
  | "fault"
  | "input"
  | "page"
  | "path"
  | "profile"
  | "revision"
  | "rule"
  | "runbook"
  | "scenario"
  | "schema"
  | "target"
  | "timing"
  | "version";

/** One text that can stand at the cursor. */
export interface Candidate {
  readonly value: string;
  readonly about?: string;
  /** More of the same word follows: no space after it. */
  readonly isOpen?: true;
}

/** One flag or argument of a command, as far as completion needs it. */
export interface CompletedOption {
  readonly name: string;
  readonly about: string;
  readonly alias?: string;
  readonly isArgument?: true;
  /** `joined`: only with `=`. */
  readonly takes: "nothing" | "value" | "joined";
  /** May be given several times. */
  readonly isList?: true;
  readonly choices?: readonly string[];
  readonly completes?: readonly Completes[];
}

/** A command, or a word that groups commands; `history` is both. */
export interface CompletedCommand {
  readonly about: string;
  readonly words: readonly Candidate[];
  readonly options: readonly CompletedOption[];
}

/** An input of a shipped runbook, after `--input`. */
export interface CompletedInput {
  readonly name: string;
  readonly about: string;
  readonly choices?: readonly string[];
  readonly completes?: readonly Completes[];
}

/** All that does not change with the machine: the build makes it. */
export interface CompletionTable {
  /** By name as typed; the program itself has the empty one. */
  readonly commands: Readonly<Record<string, CompletedCommand>>;
  readonly globals: readonly Candidate[];
  readonly lists: Readonly<Partial<Record<Completes, readonly Candidate[]>>>;
  /** Inputs by the id of a shipped runbook. */
  readonly inputs: Readonly<Record<string, readonly CompletedInput[]>>;
}

/** What only this machine knows. Never rejects. */
export interface LiveValues {
  /** Values by the options that stand on the line already, as `{target: "prod"}`. */
  of(kind: Completes, given: Readonly<Record<string, string>>, typed: string): Promise<readonly Candidate[]>;
  /** The inputs of a runbook that is not shipped, by name or path. */
  inputs(runbook: string): Promise<readonly CompletedInput[]>;
}
