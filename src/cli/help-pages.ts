import { EXIT } from "../domain/exit-codes.ts";
import type { HelpPage, HelpPages, HelpRow, HelpSection } from "../domain/help-page.ts";
import { exitMeaning } from "../ui/render/exit-meaning.ts";
import { type Command, type CommandGroup, type CommandList, isGroup } from "./command.ts";
import { ALL_COMMANDS_PAGE, pageOf } from "./documentation.ts";
import { VARIABLES } from "./environment-variables.ts";
import { GLOBAL_FLAGS } from "./global-flags.ts";
import type { OptionSpec } from "./options.ts";
import { flagOf, flagsOf, usageOf } from "./usage.ts";

/** Commands of one kind of task, for the program's own page. */
export interface TaskGroup {
  readonly heading: string;
  readonly commands: readonly string[];
}

type Loaded = Command | LoadedGroup;

interface LoadedGroup extends Omit<CommandGroup, "bare"> {
  readonly inside: readonly Loaded[];
  readonly bare: Command | undefined;
}

/** Every page of help; the build renders them into the bundle. */
export async function helpPages(commands: CommandList, tasks: readonly TaskGroup[]): Promise<HelpPages> {
  const loaded = await Promise.all(Object.values(commands).map(load));
  const pages = loaded.flatMap(pagesOf);
  return Object.fromEntries([["", programPage(loaded, tasks)], ...pages, ...Object.entries(TOPICS)]);
}

async function load(open: CommandList[string]): Promise<Loaded> {
  const named = await open();
  if (!isGroup(named)) return named;
  const inside = await Promise.all(Object.values(named.commands).map(load));
  return { ...named, inside, bare: await named.bare?.() };
}

const pagesOf = (command: Loaded): readonly (readonly [string, HelpPage])[] =>
  "inside" in command
    ? [[command.name, groupPage(command)], ...command.inside.flatMap(pagesOf)]
    : [[command.name, commandPage(command)]];

function programPage(loaded: readonly Loaded[], tasks: readonly TaskGroup[]): HelpPage {
  const named = tasks.flatMap(({ commands }) => commands);
  const rest = loaded.map(({ name }) => name).filter((name) => !named.includes(name));
  const groups = rest.length === 0 ? tasks : [...tasks, { heading: "More", commands: rest }];
  const rowOf = (name: string): readonly HelpRow[] =>
    loaded.filter((command) => command.name === name).map(({ describe }) => [name, describe]);
  return {
    title: "vulcan-ops: rollback and maintenance runbooks for a service on AWS ECS and RDS.",
    sections: [
      {
        heading: "Usage",
        rows: [
          ["vulcan-ops", "on a terminal: the state of the target, and a menu"],
          ["vulcan-ops COMMAND [options]"],
          ["vulcan-ops help COMMAND", "its flags and examples"],
        ],
      },
      {
        heading: "Examples",
        rows: [
          ["vulcan-ops rollback --dry-run", "show the plan of a rollback; send nothing"],
          ["vulcan-ops rollback", "plan, ask, roll back, wait until it is healthy"],
          ["vulcan-ops rehearse rollback-service", "the same in a sandbox, without an AWS account"],
        ],
      },
      ...groups.map(({ heading, commands }): HelpSection => ({ heading, rows: commands.flatMap(rowOf) })),
      ALL_COMMANDS,
      {
        heading: "More help",
        rows: [
          ["vulcan-ops help exit-codes"],
          ["vulcan-ops help environment"],
          ["vulcan-ops version"],
          [documented(ALL_COMMANDS_PAGE)],
        ],
      },
    ],
  };
}

const ALL_COMMANDS: HelpSection = {
  heading: "Every command",
  rows: [
    ["-h, --help", "Show its help"],
    ...GLOBAL_FLAGS.map(({ flag, describe }): HelpRow => [`--${flag}`, describe]),
  ],
};

const documented = (page: string): string =>
  `Documentation: ${page}, by vulcan-ops docs ${page.replace(/^docs\/|\.md$/g, "")}`;

const footerOf = (command: string): HelpSection => ({
  heading: "Every command",
  rows: [[["--help", ...GLOBAL_FLAGS.map(({ flag }) => `--${flag}`)].join(", ")], [documented(pageOf(command))]],
});

function groupPage({ name, describe, inside, bare, examples = [] }: LoadedGroup): HelpPage {
  const word = bare === undefined ? "COMMAND" : "[COMMAND]";
  return {
    title: describe,
    sections: sectionsOf([
      { heading: "Usage", rows: [[`vulcan-ops ${name} ${word} [options]`]] },
      { heading: "Examples", rows: examples },
      { heading: "Commands", rows: inside.map((one): HelpRow => [one.name, one.describe]) },
      ...(bare === undefined ? [] : flagSections(bare)),
      footerOf(name),
    ]),
  };
}

function commandPage(command: Command): HelpPage {
  const { describe, options, examples = [] } = command;
  const words = Object.entries(options).filter(([, { positional }]) => positional !== undefined);
  return {
    title: describe,
    sections: sectionsOf([
      { heading: "Usage", rows: [[usageOf(command)]] },
      { heading: "Examples", rows: examples },
      {
        heading: "Arguments",
        rows: words.map(([name, spec]): HelpRow => [spec.value ?? name.toUpperCase(), spec.describe]),
      },
      ...flagSections(command),
      footerOf(command.name),
    ]),
  };
}

/** Common flags come first; a group of shared flags stands together. */
function flagSections({ options }: Command): readonly HelpSection[] {
  const flags = flagsOf(options);
  const headings = [...new Set(flags.map(([, spec]) => headingOf(spec)))].sort((a, b) => placeOf(a) - placeOf(b));
  return headings.map((heading) => {
    const own = flags.filter(([, spec]) => headingOf(spec) === heading);
    return { heading, rows: own.map(([name, spec]): HelpRow => [flagOf(name, spec), spec.describe]) };
  });
}

const headingOf = ({ group }: OptionSpec): string => group ?? "Options";

/** Groups that are not named here stand between the command's own options and these. */
const LATE = ["Answers", "Target", "Output", "Advanced"];

const placeOf = (heading: string): number => (heading === "Options" ? 0 : LATE.indexOf(heading) + 2);

const sectionsOf = (sections: readonly HelpSection[]): readonly HelpSection[] =>
  sections.filter(({ rows }) => rows.length > 0);

const TOPICS: HelpPages = {
  "exit-codes": {
    title: "Exit codes",
    sections: [
      { heading: "Code", rows: Object.values(EXIT).map((code): HelpRow => [String(code), exitMeaning(code)]) },
      {
        heading: "Errors",
        rows: [
          ['With --output json or ndjson the last object on stdout is {"error": {code, exitCode, message, next}}.'],
        ],
      },
    ],
  },
  environment: {
    title: "Environment variables",
    sections: [
      {
        heading: "Screen",
        rows: [...GLOBAL_FLAGS.map(({ variable, value, describe }): HelpRow => [`${variable}=${value}`, describe])],
      },
      { heading: "Program", rows: VARIABLES },
    ],
  },
};
