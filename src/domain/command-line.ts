/** A line for a POSIX shell, ready to paste: every value in it is quoted. */
export type CommandLine = string & { readonly [IS_QUOTED]?: never };

declare const IS_QUOTED: unique symbol;

/** One value, or several words. An empty list adds nothing and removes the space before it. */
type Part = string | number | readonly string[];

/** The programs that an operator is told to run, or a variable that takes the output of one. */
const PROGRAM = /^(([a-z]+=\$\()|(aws|chmod|curl|eval|export|npm|npx|ulimit|vulcan-ops)( |$))/;

/** Whether this line is one to paste, and no sentence about what to do. */
export const isCommandLine = (text: string): boolean => PROGRAM.test(text) && !text.endsWith(".");

/** One POSIX shell word, quoted only where necessary. A leading `=` is quoted too, because zsh would expand it. */
export function shellWord(text: string): string {
  return /^[A-Za-z0-9_./:@%+,-][A-Za-z0-9_./:=@%+,-]*$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

/**
 * The one way to write a command that holds a value: commandLine`aws ecs describe-tasks --tasks ${task}`. A name that
 * comes from outside stays one word of that command, whatever it contains.
 */
export function commandLine(fixed: TemplateStringsArray, ...parts: readonly Part[]): CommandLine {
  return parts.reduce<string>((line, part, index) => joined(line, part) + (fixed[index + 1] ?? ""), fixed[0] ?? "");
}

/** An option with its value, as words. A value that begins with `-` is joined to its option with `=`. */
export function option(name: string, value: string): readonly string[] {
  return value.startsWith("-") ? [`--${name}=${value}`] : [`--${name}`, value];
}

function joined(line: string, part: Part): string {
  if (typeof part === "number") return `${line}${part}`;
  if (typeof part === "string") return `${tied(line, part)}${shellWord(part)}`;
  return part.length === 0 ? line.replace(/ $/, "") : `${line}${part.map(shellWord).join(" ")}`;
}

/** `--name -x` would be read as two options. */
function tied(line: string, value: string): string {
  return value.startsWith("-") && /(?:^|\s)--[a-z-]+ $/.test(line) ? line.replace(/ $/, "=") : line;
}
