import type { Candidate, CompletedCommand, CompletedOption, Completes, CompletionTable } from "../domain/completion.ts";
import { type Command, type CommandGroup, type CommandList, isGroup } from "./command.ts";
import { GLOBAL_FLAGS } from "./global-flags.ts";
import type { OptionSpec, OptionSpecs } from "./options.ts";

type Named = readonly [name: string, command: CompletedCommand];

/** What the build keeps of the commands for completion. `rest`: what other rooms know, as scenarios and actions. */
export async function completionTable(
  commands: CommandList,
  rest: Pick<CompletionTable, "lists" | "inputs">,
): Promise<CompletionTable> {
  const loaded = await Promise.all(Object.entries(commands).map(async ([word, open]) => [word, await open()] as const));
  const words: readonly Candidate[] = loaded.map(([value, { describe: about }]) => ({ value, about }));
  const inside = await Promise.all(loaded.map(([word, command]) => completed(word, command)));
  const { lists, inputs } = rest;
  const more = [
    { value: "help", about: "Show the help of a command" },
    { value: "version", about: "Print the version" },
  ];
  return {
    commands: Object.fromEntries([
      ["", { about: "", words: [...words, ...more], options: [] }],
      ["help", { about: "", words, options: [] }],
      ...inside.flat(),
    ]),
    globals: GLOBAL_FLAGS.map(({ flag, describe: about }) => ({ value: `--${flag}`, about })),
    lists: { ...lists, command: words },
    inputs,
  };
}

async function completed(name: string, command: Command | CommandGroup): Promise<readonly Named[]> {
  if (!isGroup(command)) return [[name, { about: command.describe, words: [], options: optionsOf(command.options) }]];
  const { describe: about, commands, bare } = command;
  const inside = await Promise.all(
    Object.entries(commands).map(
      async ([word, open]) => [word, await completed(`${name} ${word}`, await open())] as const,
    ),
  );
  const words = inside.map(([value, [first]]) => ({ value, ...(first && { about: first[1].about }) }));
  const options = bare === undefined ? [] : optionsOf((await bare()).options);
  return [[name, { about, words, options }], ...inside.flatMap(([, all]) => all)];
}

const optionsOf = (specs: OptionSpecs): readonly CompletedOption[] =>
  Object.entries(specs).map(([name, spec]) => optionOf(name, spec));

function optionOf(name: string, spec: OptionSpec): CompletedOption {
  const { type, describe: about, alias, positional, value, choices = spec.suggests } = spec;
  const isJoined = value === "" || value?.startsWith("=") === true;
  const completes = completesOf(spec);
  return {
    name,
    about,
    takes: type === "boolean" ? "nothing" : isJoined ? "joined" : "value",
    ...(alias !== undefined && { alias }),
    ...(positional !== undefined && { isArgument: true }),
    ...(type === "list" && { isList: true }),
    ...(choices !== undefined && { choices }),
    ...(completes !== undefined && { completes }),
  };
}

/** What the help calls a value says what it is, unless the option names it. */
const BY_PLACEHOLDER: Readonly<Record<string, Completes>> = {
  DIR: "path",
  FILE: "path",
  "FILE|DIR": "path",
  ID: "execution",
  PATH: "path",
  PLAN: "path",
  REV: "revision",
  RUNBOOK: "runbook",
  VERSION: "version",
};

function completesOf({ completes, value = "" }: OptionSpec): readonly Completes[] | undefined {
  if (completes !== undefined) return completes;
  const known = BY_PLACEHOLDER[value];
  return known === undefined ? undefined : [known];
}
