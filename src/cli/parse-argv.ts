import type { Argv, Options } from "yargs";
import yargs from "yargs";
import { commandLine, option } from "../domain/command-line.ts";
import { OpsError, usageError } from "../domain/error.ts";
import { type Command, type CommandGroup, type CommandList, isGroup } from "./command.ts";
import { type OptionSpec, type OptionSpecs, toOptions } from "./options.ts";

/** The request of a command line: a command with its options, or only the program itself. */
export interface Request {
  readonly command?: Command;
  readonly options: Readonly<Record<string, unknown>>;
}

/** argv → the request, or exit 6 naming what is wrong. Runs nothing. */
export async function parse(argv: readonly string[], commands: CommandList): Promise<Request> {
  const { command, rest } = await findCommand(argv, commands);
  if (command === undefined) return parseProgram(argv, commands);
  let typed: Readonly<Record<string, unknown>> = {};
  const cli = withOptions(strictly().help(false), command, "$0", (given) => {
    typed = given;
  });
  const words = command.options["dry-run"]?.type === "boolean" ? rest : rest.map(asDefaultValue);
  await run(cli, words, (message) => complaint(message, command), helpOf(command.name));
  assertOnce(command.options, typed);
  return { command, options: toOptions(command.options, typed) };
}

interface NamedCommand {
  /** Undefined if the first word names no command. */
  readonly command?: Command;
  readonly rest: readonly string[];
}

/** Follows the words that name a command. Only the named command loads. */
async function findCommand(argv: readonly string[], commands: CommandList): Promise<NamedCommand> {
  const [word = "", ...rest] = argv;
  const load = Object.hasOwn(commands, word) ? commands[word] : undefined;
  const named = await load?.();
  if (named === undefined) return { rest: argv };
  if (!isGroup(named)) return { command: named, rest };
  const inside = await findCommand(rest, named.commands);
  const isBare = rest[0] === undefined || rest[0].startsWith("-");
  if (inside.command === undefined && isBare && named.bare !== undefined) return { command: await named.bare(), rest };
  if (inside.command === undefined) throw unknownSubcommand(named, rest);
  return inside;
}

/** A command inside another one has a name of two words. */
const helpOf = (name: string) => commandLine`vulcan-ops ${name.split(" ")} --help`;

function unknownSubcommand({ name, commands }: CommandGroup, [word]: readonly string[]): Error {
  const known = Object.keys(commands).join(", ");
  const message =
    word === undefined || word.startsWith("-")
      ? `vulcan-ops ${name} wants one of ${known}`
      : `there is no vulcan-ops ${name} ${JSON.stringify(word)}; there is: ${known}`;
  return usageError(`${name}-verb`, message, [helpOf(name)]);
}

/** No command is named, but the words may still be wrong. */
async function parseProgram(argv: readonly string[], commands: CommandList): Promise<Request> {
  const cli = program(await loadAll(commands));
  await run(cli, argv.map(asDefaultValue), (message) => unknownWord(message, argv), "vulcan-ops --help");
  return { options: {} };
}

async function run(cli: Argv, words: readonly string[], say: (message: string) => string, help: string): Promise<void> {
  await cli
    .fail((message, error) => {
      if (error instanceof OpsError) throw error;
      throw usageError("usage", say((message ?? error?.message ?? "").replace(/\s+/g, " ").trim()), [help]);
    })
    .parseAsync(withAges(words));
}

/** yargs spreads some messages over several lines, and a message with a suggestion says nothing else. */
function complaint(message: string, command: Command): string {
  return message.startsWith("Not enough") ? `something is missing: vulcan-ops ${usageOf(command)}` : message;
}

function unknownWord(message: string, argv: readonly string[]): string {
  const word = argv.find((candidate) => !candidate.startsWith("-")) ?? "";
  return message.startsWith("Did you mean") ? `there is no command ${JSON.stringify(word)}. ${message}` : message;
}

export type Loaded =
  | Command
  | (Omit<CommandGroup, "commands" | "bare"> & { readonly commands: readonly Loaded[]; readonly bare?: Command });

export async function loadAll(commands: CommandList): Promise<readonly Loaded[]> {
  const loading = Object.values(commands).map(async (load): Promise<Loaded> => {
    const loaded = await load();
    if (!isGroup(loaded)) return loaded;
    const { bare, ...group } = loaded;
    return { ...group, commands: await loadAll(loaded.commands), ...(bare && { bare: await bare() }) };
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
    const usage = command.bare === undefined ? "<command>" : "[command]";
    const inside = command.commands.reduce<Argv>(withCommand, builder.usage(`$0 ${command.name} ${usage}`));
    const all = command.bare === undefined ? inside : inside.options(ofThisWord(yargsOptions(command.bare.options)));
    return withExamples(all, command.examples);
  });
}

/** The options of `history` are not those of `history export`. */
const ofThisWord = (options: Record<string, Options>): Record<string, Options> =>
  Object.fromEntries(Object.entries(options).map(([name, given]) => [name, { ...given, global: false }]));

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

/** `--dry-run` takes a value only with `=`. Alone it means `read`, and never takes the next word. */
function asDefaultValue(word: string): string {
  return word === "--dry-run" ? "--dry-run=read" : word;
}

/** `--to -15m`: an age looks like an option, but is the value of the one before it. */
function withAges(words: readonly string[]): string[] {
  const isAge = (index: number): boolean =>
    /^-\d+[dhms]/.test(words[index] ?? "") && /^--[a-z][a-z-]*$/.test(words[index - 1] ?? "");
  return words.flatMap((word, index) => {
    if (isAge(index)) return [];
    return isAge(index + 1) ? [`${word}=${words[index + 1]}`] : [word];
  });
}

/** yargs makes an array of an option that is given twice. We must not choose between the two values. */
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
