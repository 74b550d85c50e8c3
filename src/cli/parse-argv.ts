import type { Argv, Options } from "yargs";
import yargs from "yargs";
import { commandLine, option } from "../domain/command-line.ts";
import { OpsError, usageError } from "../domain/error.ts";
import { nearest } from "../domain/nearest.ts";
import { type Command, type CommandGroup, type CommandList, isGroup } from "./command.ts";
import { takeGlobalFlags } from "./global-flags.ts";
import { type OptionSpec, type OptionSpecs, toOptions } from "./options.ts";
import { usageOf } from "./usage.ts";

/** The request of a command line: a command with its options, or only the program itself. */
export interface Request {
  readonly command?: Command;
  readonly options: Readonly<Record<string, unknown>>;
}

/** argv → the request, or exit 6 naming what is wrong. Runs nothing. */
export async function parse(typed: readonly string[], commands: CommandList): Promise<Request> {
  const { argv, flags } = takeGlobalFlags(typed);
  const { command, rest } = await findCommand(argv[0] === "help" ? argv.slice(1) : argv, commands);
  if (command === undefined) return nothingNamed(rest, commands);
  const own = flags.filter((flag) => Object.hasOwn(command.options, flag)).map((flag) => `--${flag}`);
  const words = command.options["dry-run"]?.type === "boolean" ? rest : rest.map(asDefaultValue);
  const given = await readOptions(command, [...own, ...words]);
  assertOnce(command, given);
  return { command, options: toOptions(command.options, given) };
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

/** The page that says more of a command. Help changes nothing, whatever the word was meant to be. */
const helpOf = (name: string) => commandLine`vulcan-ops ${name.split(" ").filter(Boolean)} --help`;

const suggestion = (near: string | undefined): string => (near === undefined ? "" : ` (did you mean ${near}?)`);

function unknownSubcommand({ name, commands }: CommandGroup, [word]: readonly string[]): Error {
  const known = Object.keys(commands);
  if (word === undefined || word.startsWith("-"))
    return usageError(`${name}-verb`, `vulcan-ops ${name} needs one of: ${known.join(", ")}`, [helpOf(name)]);
  const near = nearest(word, known);
  const hint = near === undefined ? `; there is: ${known.join(", ")}` : suggestion(`"${near}"`);
  const message = `there is no vulcan-ops ${name} ${JSON.stringify(word)}${hint}`;
  return usageError(`${name}-verb`, message, [helpOf(near === undefined ? name : `${name} ${near}`)]);
}

/** No word, or one that names no command. */
function nothingNamed([word, ...more]: readonly string[], commands: CommandList): Request {
  if (word === undefined) return { options: {} };
  if (word.startsWith("-")) {
    const isLate = more.some((one) => Object.hasOwn(commands, one));
    const message = isLate ? `${word} comes after the command` : `there is no flag ${word} without a command`;
    throw usageError("flag-unknown", message, ["vulcan-ops help"]);
  }
  const near = nearest(word, Object.keys(commands));
  const message = `there is no command ${JSON.stringify(word)}${suggestion(near && `"${near}"`)}`;
  throw usageError("command-unknown", message, [near === undefined ? "vulcan-ops help" : helpOf(near)]);
}

async function readOptions(command: Command, words: readonly string[]): Promise<Readonly<Record<string, unknown>>> {
  const { options } = command;
  let typed: Readonly<Record<string, unknown>> = {};
  await strictly()
    .command(
      ["$0", ...positionalWords(options)].join(" "),
      command.describe,
      (builder) => withPositionals(builder.options(yargsOptions(options)), options),
      (argv) => {
        typed = argv;
      },
    )
    .fail((message, error) => {
      if (error instanceof OpsError) throw error;
      throw complaint((message ?? error?.message ?? "").replace(/\s+/g, " ").trim(), command, words);
    })
    .parseAsync(withAges(words));
  return typed;
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
    .exitProcess(false)
    .strict()
    .version(false)
    .help(false);
}

/** yargs says what is wrong; the error says it in the words of this program. */
function complaint(message: string, command: Command, words: readonly string[]): Error {
  const given = /^Not enough .*got (\d+)/.exec(message)?.[1];
  if (given !== undefined)
    return usageError("usage", `${missing(command, Number(given))}: ${usageOf(command)}`, [helpOf(command.name)]);
  const choice = /^Invalid values: Argument: (\S+), Given: (".*?"), Choices: (.+)$/.exec(message);
  if (choice !== null) return usageError("usage", choiceText(choice), [helpOf(command.name)]);
  const unknown = /^Unknown arguments?: (.*)$/.exec(message)?.[1]?.split(", ") ?? [];
  if (unknown.length === 0) return usageError("usage", message, [helpOf(command.name)]);
  const flags = Object.entries(command.options).flatMap(([name, { positional }]) => (positional ? [] : [name]));
  const isFlag = (name: string) =>
    words.some((word) => word.replace(/^--?/, "").split("=")[0] === name && word !== name);
  const typed = unknown.map((name) =>
    isFlag(name) ? `${name.length === 1 ? "-" : "--"}${name}` : JSON.stringify(name),
  );
  const near = unknown.flatMap((name) => (isFlag(name) ? (nearest(name, flags) ?? []) : []))[0];
  const text = `${command.name || "vulcan-ops"} takes no ${typed.join(", ")}${suggestion(near && `--${near}`)}`;
  return usageError("flag-unknown", text, [helpOf(command.name)]);
}

/** `WAVE is missing`. */
function missing({ options }: Command, given: number): string {
  const required = Object.values(options).filter(({ positional }) => positional === "required");
  const names = required.slice(given).map(({ value = "VALUE" }) => value);
  return `${names.join(" and ")} ${names.length === 1 ? "is" : "are"} missing`;
}

/** `--part takes operations or target, not "both"`. */
function choiceText([, name = "", given = "", listed = ""]: RegExpExecArray): string {
  const choices = listed.replaceAll('"', "").split(", ");
  const all = [choices.slice(0, -1).join(", "), choices.at(-1)].filter((part) => part !== "").join(" or ");
  return `--${name} takes ${all}, not ${given}`;
}

function withPositionals(cli: Argv, options: OptionSpecs): Argv {
  const words = Object.entries(options).filter(([, { positional }]) => positional !== undefined);
  return words.reduce<Argv>((all, [name, { describe }]) => all.positional(name, { type: "string", describe }), cli);
}

function positionalWords(options: OptionSpecs): readonly string[] {
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
function assertOnce({ name: command, options }: Command, typed: Readonly<Record<string, unknown>>): void {
  for (const [name, { type }] of Object.entries(options)) {
    const value = typed[name];
    if (type !== "list" && Array.isArray(value)) {
      throw usageError("flag-twice", `--${name} is given ${value.length} times: ${value.join(", ")}`, [
        commandLine`vulcan-ops … ${option(name, String(value[0]))}`,
      ]);
    }
    if (value === "") throw usageError("flag-empty", `--${name} needs a value`, [helpOf(command)]);
  }
}
