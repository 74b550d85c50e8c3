import type { CommandList } from "./command.ts";
import { type Loaded, loadAll, program } from "./parse-argv.ts";

/** Help texts by command name (`migrate down`), the program's own under the empty name; rendered when the bundle is built. */
export async function helpTexts(commands: CommandList): Promise<Record<string, string>> {
  const loaded = await loadAll(commands);
  const texts: [string, string][] = [];
  for (const name of ["", ...loaded.flatMap(namesOf)]) texts.push([name, await helpText(name, loaded)]);
  return Object.fromEntries(texts);
}

const namesOf = (command: Loaded): readonly string[] => [
  command.name,
  ...("commands" in command ? command.commands.flatMap(namesOf) : []),
];

function helpText(name: string, commands: readonly Loaded[]): Promise<string> {
  const words = [...name.split(" ").filter(Boolean), "--help"];
  return new Promise((resolve) => {
    // yargs calls back for every text, even for an empty one.
    const given = (_error: unknown, _argv: unknown, text: string): void => {
      if (text !== "") resolve(`${text}\n`);
    };
    void program(commands).parse(words, {}, given);
  });
}
