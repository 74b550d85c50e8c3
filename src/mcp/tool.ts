/** What a tool takes: one value an argument, checked before anything runs. */
export interface Argument {
  /** `pairs`: an object of texts, numbers and truths, as the inputs of a runbook. */
  readonly type: "text" | "choice" | "flag" | "pairs";
  readonly describe: string;
  readonly choices?: readonly string[];
  readonly isRequired?: boolean;
  /** Most characters of a text. Default: 200. */
  readonly most?: number;
  /** What a text looks like, and how an error says it. */
  readonly form?: { readonly pattern: RegExp; readonly text: string };
}

/** Arguments as they were checked: by name, only those that the tool takes. */
export type CheckedArguments = Readonly<Record<string, string | boolean | Readonly<Record<string, string>>>>;

/** The flags that the person who starts the server may fix; each tool is told those that its command takes. */
export const FIXED_FLAGS = ["target", "profile", "region", "state-dir"] as const;
export type FixedFlag = (typeof FIXED_FLAGS)[number];

/** What an assistant may ask for. No tool writes to a target, approves, or answers a question: there is none to call. */
export interface Tool {
  readonly name: string;
  readonly title: string;
  readonly describe: string;
  readonly takes: Readonly<Record<string, Argument>>;
  /** Which of the fixed flags its command takes. */
  readonly flags: readonly FixedFlag[];
  /** Its time limit. */
  readonly seconds: number;
  /** Starts servers on this machine: one such call runs at a time. */
  readonly isHeavy?: boolean;
  /** The command line that gives the answer, without the program's name and the fixed flags. */
  words(given: CheckedArguments): readonly string[];
}

/** What came of a call. */
export interface Answer {
  readonly exitCode: number;
  /** JSON or Markdown, as the command prints it; absent where it failed before it had an answer. */
  readonly data?: unknown;
  /** What the command told people beside it. */
  readonly notes: readonly string[];
  /** Why there is no answer, or not a whole one. */
  readonly failure?: { readonly message: string; readonly next: readonly string[] };
  /** The plan that was kept. Written by this program, not from outside. */
  readonly saved?: { readonly file: string; readonly command: string };
}
