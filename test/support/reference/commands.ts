import { COMMANDS, TASKS } from "../../../commands/index.ts";
import { helpPages } from "../../../src/cli/help-pages.ts";
import type { HelpPage, HelpSection } from "../../../src/domain/help-page.ts";
import { MADE, table } from "./table.ts";

/** Topics of help that have pages of their own. */
const TOPICS: ReadonlySet<string> = new Set(["", "exit-codes", "environment"]);

/** Every command with its flags: what `--help` says. */
export async function commandReference(): Promise<string> {
  const pages = Object.entries(await helpPages(COMMANDS, TASKS)).filter(([name]) => !TOPICS.has(name));
  const global = pages[0]?.[1].sections.at(-1)?.rows[0]?.[0] ?? "";
  return `${[
    MADE,
    "# Command reference",
    "What `vulcan-ops help COMMAND` says, of every command. [Commands](commands.md) says what each is for.",
    `Every command also takes ${global
      .split(", ")
      .map((flag) => `\`${flag}\``)
      .join(", ")}.`,
    ...pages.flatMap(([name, page]) => commandPart(name, page)),
  ].join("\n\n")}\n`;
}

function commandPart(name: string, { title, sections }: HelpPage): readonly string[] {
  const known = sections.filter(({ heading }) => heading !== "Every command");
  return [`## vulcan-ops ${name}`, `${title}.`, ...known.map(sectionPart)];
}

function sectionPart({ heading, rows }: HelpSection): string {
  if (heading === "Usage") return ["```text", ...rows.map(([term]) => term), "```"].join("\n");
  const shown = rows.map(([term, text = ""]) => [`\`${term}\``, text]);
  return table([heading.toLowerCase(), ""], shown);
}
