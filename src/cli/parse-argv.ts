import type { Argv, Options } from "yargs";
import yargs from "yargs";
import { commandLine, option } from "../domain/command-line.ts";
import { OpsError, usageError } from "../domain/error.ts";
import { type Command, type CommandGroup, type CommandList, isGroup } from "./command.ts";
import { type OptionSpec, type OptionSpecs, toOptions } from "./options.ts";

/** What a command line asks for: a command with its options, or nothing but the program itself. */
export interface Request {
  readonly command?: Command;
  readonly options: Readonly<Record<string, unknown>>;
}

/** argv → what was asked for, or exit 6 naming what is wrong. Runs nothing. */
export async function parse(argv: readonly string[], commands: CommandList): Promise<Request> {
  const { command, rest } = await findCommand(argv, commands);
  if (command === undefined) return parseProgram(argv, commands);
  let typed: Readonly<Record<string, unknown>> = {};
  const cli = withOptions(strictly().help(false), command, "$0", (given) => {
    typed = given;
  });
  await run(cli, rest, (message) => complaint(message, command), `vulcan-ops ${command.name} --help`);
  assertOnce(command.options, typed);
  return { command, options: toOptions(command.options, typed) };
}

interface Found {
  /** Undefined where the first word names none. */
  readonly command?: Command;
  readonly rest: readonly string[];
}

/** Follows the words that name a command; only the one that is named loads. */
async function findCommand(argv: readonly string[], commands: CommandList): Promise<Found> {
  const [word = "", ...rest] = argv;
  const load = Object.hasOwn(commands, word) ? commands[word] : undefined;
  const named = await load?.();
  if (named === undefined) return { rest: argv };
  if (!isGroup(named)) return { command: named, rest };
  const inside = await findCommand(rest, named.commands);
  if (inside.command === undefined) throw unknownSubcommand(named, rest);
  return inside;
}

function unknownSubcommand({ name, commands }: CommandGroup, [word]: readonly string[]): Error {
  const known = Object.keys(commands).join(", ");
  const message =
    word === undefined || word.startsWith("-")
      ? `vulcan-ops ${name} wants one of ${known}`
      : `there is no vulcan-ops ${name} ${JSON.stringify(word)}; there is: ${known}`;
  return usageError(`${name}-verb`, message, [`vulcan-ops ${name} --help`]);
}

/** No command is named: the words may still be wrong ones. */
async function parseProgram(argv: readonly string[], commands: CommandList): Promise<Request> {
  const cli = program(await loadAll(commands));
  await run(cli, argv, (message) => unknownWord(message, argv), "vulcan-ops --help");
  return { options: {} };
}

async function run(cli: Argv, words: readonly string[], say: (message: string) => string, help: string): Promise<void> {
  await cli
    .fail((message, error) => {
      if (error instanceof OpsError) throw error;
      throw usageError("usage", say((message ?? error?.message ?? "").replace(/\s+/g, " ").trim()), [help]);
    })
    .parseAsync(withAges(words.map(asDefaultValue)));
}

/** yargs spreads some complaints over lines and blanks, and where it has a suggestion it says nothing else. */
function complaint(message: string, command: Command): string {
  return message.startsWith("Not enough") ? `something is missing: vulcan-ops ${usageOf(command)}` : message;
}

function unknownWord(message: string, argv: readonly string[]): string {
  const word = argv.find((candidate) => !candidate.startsWith("-")) ?? "";
  return message.startsWith("Did you mean") ? `there is no command ${JSON.stringify(word)}. ${message}` : message;
}

export type Loaded = Command | (Omit<CommandGroup, "commands"> & { readonly commands: readonly Loaded[] });

export async function loadAll(commands: CommandList): Promise<readonly Loaded[]> {
  const loading = Object.values(commands).map(async (load): Promise<Loaded> => {
    const loaded = await load();
    return isGroup(loaded) ? { ...loaded, commands: await loadAll(loaded.commands) } : loaded;
  });
  return Promise.all(loading);
}

const HELP_COLUMNS = 80;

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

/** The whole program, for its help and for words that name no command. */
export function program(commands: readonly Loaded[]): Argv {
  const base: Argv = strictly()
    .usage("$0 [command]\n\nRollback and maintenance runbooks for Vulcan on AWS ECS and RDS.")
    .recommendCommands()
    .option("version", { type: "boolean", describe: "Print the version" })
    .help("help")
    .alias("help", "h")
    .epilogue(
      "Without a command, on a terminal: the target's state and a menu.\nExit codes and configuration: README.md",
    );
  return commands.reduce<Argv>(withCommand, base);
}

function withCommand(cli: Argv, command: Loaded): Argv {
  if (!("commands" in command)) return withOptions(cli, command, lastWord(command.name), () => undefined);
  return cli.command(command.name, command.describe, (builder) => {
    const inside = command.commands.reduce<Argv>(withCommand, builder.usage(`$0 ${command.name} <command>`));
    return withExamples(inside, command.examples);
  });
}

function withOptions(
  cli: Argv,
  command: Command,
  word: string,
  chosen: (given: Readonly<Record<string, unknown>>) => void,
): Argv {
  const { describe, options, examples } = command;
  return cli.command(
    [word, ...positionals(options)].join(" "),
    describe,
    (builder) => withExamples(withPositionals(builder.options(yargsOptions(options)), options), examples),
    (argv) => chosen(argv),
  );
}

function withPositionals(cli: Argv, options: OptionSpecs): Argv {
  const words = Object.entries(options).filter(([, { positional }]) => positional !== undefined);
  return words.reduce<Argv>((all, [name, { describe }]) => all.positional(name, { type: "string", describe }), cli);
}

function withExamples(cli: Argv, examples: Command["examples"] = []): Argv {
  return examples.reduce<Argv>((all, [line, what]) => all.example(line, what), cli);
}

const lastWord = (name: string): string => name.split(" ").at(-1) ?? name;

/** `show <id>`, `check [runbooks..]` */
function usageOf({ name, options }: Command): string {
  return [name, ...positionals(options)].join(" ");
}

function positionals(options: OptionSpecs): readonly string[] {
  return Object.entries(options).flatMap(([name, { positional, type }]) => {
    const word = type === "list" ? `${name}..` : name;
    return positional === undefined ? [] : [positional === "required" ? `<${word}>` : `[${word}]`];
  });
}

function yargsOptions(options: OptionSpecs): Record<string, Options> {
  const named = Object.entries(options).filter(([, { positional }]) => positional === undefined);
  return Object.fromEntries(named.map(([name, option]) => [name, yargsOption(option)]));
}

function yargsOption({ type, describe, choices, alias }: OptionSpec): Options {
  return {
    type: type === "boolean" ? "boolean" : "string",
    describe,
    ...(type === "list" ? { array: true, nargs: 1 } : {}),
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
function assertOnce(specs: OptionSpecs, typed: Readonly<Record<string, unknown>>): void {
  for (const [name, { type }] of Object.entries(specs)) {
    const value = typed[name];
    if (type !== "list" && Array.isArray(value)) {
      throw usageError("flag-twice", `--${name} is given ${value.length} times: ${value.join(", ")}`, [
        commandLine`vulcan-ops … ${option(name, String(value[0]))}`,
      ]);
    }
    if (value === "") throw usageError("flag-empty", `--${name} wants a value`, ["vulcan-ops --help"]);
  }
}
