import yargs, { type Argv, type Options } from "yargs";
import { allCommands, commandNamed } from "../../commands/index.ts";
import { commandLine, option } from "../domain/command-line.ts";
import { OpsError, usageError } from "../domain/error.ts";
import type { Command, Flag, Flags } from "./command.ts";
import type { Given } from "./options.ts";

/** What a command line asks for: a command with its options, or nothing but the program itself. */
export interface Request {
  readonly command?: Command;
  readonly given: Given;
}

const HELP_COLUMNS = 80;

/** argv → what was asked for, or exit 6 naming what is wrong. Runs nothing. */
export async function parse(argv: readonly string[]): Promise<Request> {
  const asked: { command?: Command; given?: Given } = {};
  const choose: Choose = (command, given) => Object.assign(asked, { command, given });
  const named = await commandNamed(argv[0]);
  const [cli, words] =
    named === undefined ? [program(await allCommands(), choose), argv] : [alone(named, choose), argv.slice(1)];
  await cli
    .fail((message, error) => {
      const help = ["vulcan-ops", ...(named === undefined ? [] : [nameOf(named)]), "--help"].join(" ");
      if (error instanceof OpsError) throw error;
      throw usageError("usage", complaint(message ?? error?.message ?? "", argv, named), [help]);
    })
    .parseAsync(withAges(words.map(asDefaultValue)));
  if (asked.command === undefined || asked.given === undefined) return { given: {} };
  assertOnce(asked.command, asked.given);
  return { command: asked.command, given: asked.given };
}

type Choose = (command: Command, given: Given) => void;

/** yargs spreads some complaints over lines and blanks, and where it has a suggestion it says nothing else. */
function complaint(message: string, argv: readonly string[], named?: Command): string {
  const line = message.replace(/\s+/g, " ").trim();
  if (named !== undefined && line.startsWith("Not enough")) return `something is missing: vulcan-ops ${named.usage}`;
  const word = argv.find((candidate) => !candidate.startsWith("-")) ?? "";
  return line.startsWith("Did you mean") ? `there is no command ${JSON.stringify(word)}. ${line}` : line;
}

/** Help texts by command name, the program's own under the empty name; rendered when the bundle is built. */
export async function helpTexts(): Promise<Record<string, string>> {
  const commands = await allCommands();
  const names = ["", ...commands.map(nameOf)];
  const texts: [string, string][] = [];
  for (const name of names) texts.push([name, await helpOf(name, commands)]);
  return Object.fromEntries(texts);
}

function helpOf(name: string, commands: readonly Command[]): Promise<string> {
  const words = name === "" ? ["--help"] : [name, "--help"];
  return new Promise((resolve) => {
    // yargs calls back for every text it has, an empty one among them.
    const given = (_error: unknown, _argv: unknown, text: string): void => {
      if (text !== "") resolve(`${text}\n`);
    };
    void program(commands, () => undefined).parse(words, {}, given);
  });
}

export function nameOf(command: Command): string {
  return command.usage.split(" ")[0] ?? "";
}

/** The named command as the whole program: yargs then neither sets up the others nor lays out help that nobody asked for. */
function alone(command: Command, choose: Choose): Argv {
  return withCommand(strictly().help(false), { ...command, usage: command.usage.replace(/^\S+/, "$0") }, (_, given) =>
    choose(command, given),
  );
}

function strictly(): Argv {
  return yargs()
    .scriptName("vulcan-ops")
    .parserConfiguration({
      "camel-case-expansion": false,
      "boolean-negation": false,
      "strip-aliased": true,
      "parse-numbers": false,
      "parse-positional-numbers": false,
      "dot-notation": false,
    })
    .locale("en")
    .wrap(HELP_COLUMNS)
    .exitProcess(false)
    .strict()
    .version(false);
}

function program(commands: readonly Command[], chosen: Choose): Argv {
  const base: Argv = strictly()
    .usage("$0 [command]\n\nRollback and maintenance runbooks for Vulcan on AWS ECS and RDS.")
    .recommendCommands()
    .option("version", { type: "boolean", describe: "Print the version" })
    .help("help")
    .alias("help", "h")
    .epilogue(
      "Without a command, on a terminal: the target's state and a menu.\nExit codes and configuration: README.md",
    );
  return commands.reduce<Argv>((cli, command) => withCommand(cli, command, chosen), base);
}

function withCommand(cli: Argv, command: Command, chosen: Choose): Argv {
  return cli.command(
    command.usage,
    command.describe,
    (builder) => {
      const withFlags = builder.options(optionsOf(command.flags));
      return (command.examples ?? []).reduce<Argv>((all, [line, what]) => all.example(line, what), withFlags);
    },
    (argv) => chosen(command, argv as Given),
  );
}

function optionsOf(flags: Flags): Record<string, Options> {
  return Object.fromEntries(Object.entries(flags).map(([name, flag]) => [name, optionOf(flag)]));
}

function optionOf({ type, describe, choices, alias }: Flag): Options {
  return {
    type: type === "boolean" ? "boolean" : "string",
    describe,
    ...(type === "array" ? { array: true, nargs: 1 } : {}),
    ...(type === "boolean" ? {} : { requiresArg: true }),
    ...(choices === undefined ? {} : { choices }),
    ...(alias === undefined ? {} : { alias }),
  };
}

/** `--dry-run` takes a value only with `=`: alone it is the usual one, and never eats the next word. */
function asDefaultValue(word: string): string {
  return word === "--dry-run" ? "--dry-run=read" : word;
}

/** `--to -15m`: an age looks like an option, and is meant as the value of the one before it. */
function withAges(words: readonly string[]): string[] {
  const isAge = (index: number): boolean =>
    /^-\d+[dhms]/.test(words[index] ?? "") && /^--[a-z][a-z-]*$/.test(words[index - 1] ?? "");
  return words.flatMap((word, index) => {
    if (isAge(index)) return [];
    return isAge(index + 1) ? [`${word}=${words[index + 1]}`] : [word];
  });
}

/** yargs makes an array of an option given twice; which of the two was meant is not for us to choose. */
function assertOnce({ flags }: Command, given: Given): void {
  for (const [name, flag] of Object.entries(flags)) {
    const value = given[name];
    if (flag.type !== "array" && Array.isArray(value)) {
      throw usageError("flag-twice", `--${name} is given ${value.length} times: ${value.join(", ")}`, [
        commandLine`vulcan-ops … ${option(name, String(value[0]))}`,
      ]);
    }
    if (value === "") throw usageError("flag-empty", `--${name} wants a value`, ["vulcan-ops --help"]);
  }
}
