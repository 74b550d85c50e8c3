import type { HelpPages } from "../domain/help-page.ts";
import { GLOBAL_FLAGS } from "./global-flags.ts";
import { renderHelp } from "./render-help.ts";

/** What the build prepared of it. */
interface Prepared {
  readonly version: () => string;
  readonly help: () => HelpPages;
}

const HELP_FLAGS = ["--help", "-h"];
const VERSION_WORDS = ["--version", "-V", "version"];

/** Version and help: no command loads for them. Undefined: the words ask for something else. */
export function quickAnswer(
  argv: readonly string[],
  columns: number | undefined,
  prepared: Prepared,
): string | undefined {
  const words = argv.filter((word) => !GLOBAL_FLAGS.some(({ flag }) => word === `--${flag}`));
  if (words.length === 1 && VERSION_WORDS.includes(words[0] ?? "")) return `${prepared.version()}\n`;
  if (words[0] !== "help" && !words.some((word) => HELP_FLAGS.includes(word))) return undefined;
  const named = words.filter((word, index) => !word.startsWith("-") && !(index === 0 && word === "help"));
  const help = prepared.help();
  // Try the longest name first: `migrate down` before `migrate`.
  const names = [named.slice(0, 2).join(" "), named[0] ?? ""];
  const name = names.find((candidate) => Object.hasOwn(help, candidate));
  const page = name === undefined ? undefined : help[name];
  return page === undefined ? undefined : renderHelp(page, columns);
}
