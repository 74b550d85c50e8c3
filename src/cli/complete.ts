import type {
  Candidate,
  CompletedCommand,
  CompletedOption,
  Completes,
  CompletionTable,
  LiveValues,
} from "../domain/completion.ts";

/** The words after the program's name; the last one is what stands before the cursor, and may be empty. */
export type Words = readonly string[];

/** What can stand at the cursor: whole words that begin with what is typed, in their order, each once. */
export async function complete(words: Words, table: CompletionTable, live: LiveValues): Promise<readonly Candidate[]> {
  const globals = table.globals.map(({ value }) => value);
  const typed = words.at(-1) ?? "";
  const before = words.slice(0, -1).filter((word) => !globals.includes(word));
  const { name, rest } = nameOf(before, table);
  const command = before[0] === "help" ? pageWords(before.slice(1), table) : table.commands[name];
  if (command === undefined || rest.includes("--")) return [];
  const all = await candidatesFor({ typed, name, command, given: readLine(rest, command.options) }, table, live);
  const fitting = all.filter(({ value }) => value.startsWith(typed));
  return fitting.filter(({ value }, index) => fitting.findIndex((one) => one.value === value) === index);
}

/** `help migrate ` has the words of `migrate`, and no flag. */
function pageWords(words: Words, { commands }: CompletionTable): CompletedCommand | undefined {
  const named = commands[words.join(" ") || "help"];
  return named && { ...named, options: [] };
}

/** The longest command that the words name, and what follows it. */
function nameOf(words: Words, { commands }: CompletionTable): { readonly name: string; readonly rest: Words } {
  const [first = "", second = ""] = words;
  if (first === "help") return { name: first, rest: [] };
  const names = [`${first} ${second}`, first].filter((name) => name !== "" && Object.hasOwn(commands, name));
  const name = names[0] ?? "";
  const rest = words.slice(name === "" ? 0 : name.split(" ").length);
  return { name: name === "" && rest.length > 0 ? "unknown" : name, rest };
}

/** What the line has already. */
interface LineSoFar {
  /** By the option's name; of a list the last one. */
  readonly values: Readonly<Record<string, string>>;
  readonly used: readonly string[];
  /** How many arguments there are. */
  readonly arguments: number;
  /** The option whose value is wanted next. */
  readonly open?: CompletedOption;
}

function readLine(words: Words, options: readonly CompletedOption[]): LineSoFar {
  const places = options.filter(({ isArgument }) => isArgument === true);
  const values: Record<string, string> = {};
  const used: string[] = [];
  let count = 0;
  let open: CompletedOption | undefined;
  for (const word of words) {
    const flag = open === undefined ? flagAt(word, options) : undefined;
    if (open !== undefined) {
      values[open.name] = word;
      open = undefined;
    } else if (flag !== undefined) {
      used.push(flag.name);
      const at = word.indexOf("=");
      if (at !== -1) values[flag.name] = word.slice(at + 1);
      else if (flag.takes === "value") open = flag;
    } else {
      const place = places[Math.min(count, places.length - 1)];
      if (place !== undefined) values[place.name] = word;
      count += 1;
    }
  }
  return { values, used, arguments: count, ...(open && { open }) };
}

function flagAt(word: string, options: readonly CompletedOption[]): CompletedOption | undefined {
  if (!word.startsWith("-")) return undefined;
  const [name = ""] = word.replace(/^--?/, "").split("=");
  return options.find((option) => option.isArgument !== true && [option.name, option.alias].includes(name));
}

interface Cursor {
  readonly typed: string;
  readonly name: string;
  readonly command: CompletedCommand;
  readonly given: LineSoFar;
}

async function candidatesFor(cursor: Cursor, table: CompletionTable, live: LiveValues): Promise<readonly Candidate[]> {
  const { typed, name, command, given } = cursor;
  const values = { ...given.values, command: name };
  if (given.open !== undefined) return valuesOf(given.open, values, typed, table, live);
  const joined = /^(--[a-z][a-z-]*)=/.exec(typed)?.[1];
  if (joined !== undefined) {
    const option = flagAt(joined, command.options);
    if (option === undefined || option.takes === "nothing") return [];
    const found = await valuesOf(option, values, typed.slice(joined.length + 1), table, live);
    return found.map((one) => ({ ...one, value: `${joined}=${one.value}` }));
  }
  if (typed.startsWith("-")) return flagsOf(command, given, table);
  return [...(given.arguments === 0 ? command.words : []), ...(await argumentsOf(cursor, values, table, live))];
}

async function argumentsOf(
  { command, given, typed }: Cursor,
  values: Readonly<Record<string, string>>,
  table: CompletionTable,
  live: LiveValues,
): Promise<readonly Candidate[]> {
  const places = command.options.filter(({ isArgument }) => isArgument === true);
  const last = places.at(-1);
  const place = places[given.arguments] ?? (last?.isList === true ? last : undefined);
  return place === undefined ? [] : valuesOf(place, values, typed, table, live);
}

/** Flags that are not there yet. One that has its value behind `=` alone also stands with it. */
function flagsOf({ options }: CompletedCommand, { used }: LineSoFar, table: CompletionTable): readonly Candidate[] {
  const open = options.filter(
    ({ name, isArgument, isList }) => isArgument !== true && (isList === true || !used.includes(name)),
  );
  const flags = open.flatMap(({ name, about, takes, choices = [] }): readonly Candidate[] => {
    const flag = { value: `--${name}`, about };
    const joined = choices.map((choice) => ({ value: `--${name}=${choice}`, about }));
    return takes === "joined" ? [flag, ...joined] : [flag];
  });
  return [...flags, { value: "--help", about: "Show its help" }, ...table.globals];
}

async function valuesOf(
  { choices, completes = [] }: Pick<CompletedOption, "choices" | "completes">,
  values: Readonly<Record<string, string>>,
  typed: string,
  table: CompletionTable,
  live: LiveValues,
): Promise<readonly Candidate[]> {
  if (choices !== undefined) return choices.map((value) => ({ value }));
  const found = completes.map((kind) => ofKind(kind, values, typed, table, live));
  return (await Promise.all(found)).flat();
}

async function ofKind(
  kind: Completes,
  values: Readonly<Record<string, string>>,
  typed: string,
  table: CompletionTable,
  live: LiveValues,
): Promise<readonly Candidate[]> {
  if (kind === "input") return inputsOf(values, typed, table, live);
  return [...(table.lists[kind] ?? []), ...(await live(kind, values, typed))];
}

/** `--input to=42`: first the names of the runbook's inputs, then the values of one. */
async function inputsOf(
  values: Readonly<Record<string, string>>,
  typed: string,
  table: CompletionTable,
  live: LiveValues,
): Promise<readonly Candidate[]> {
  const inputs = table.inputs[values.runbook ?? values.runbooks ?? ""] ?? [];
  const at = typed.indexOf("=");
  if (at === -1) return inputs.map(({ name, about }) => ({ value: `${name}=`, about, isOpen: true }));
  const input = inputs.find(({ name }) => name === typed.slice(0, at));
  if (input === undefined) return [];
  const found = await valuesOf(input, values, typed.slice(at + 1), table, live);
  return found.map((one) => ({ ...one, value: `${input.name}=${one.value}` }));
}
