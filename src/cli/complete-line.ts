import type { CompletionTable, LiveValues } from "../domain/completion.ts";
import { complete } from "./complete.ts";
import { candidateLines, SHELLS } from "./shell-completion.ts";
import { typedWords } from "./typed-words.ts";

/**
 * The answer to a shell: `bash LINE BREAKS`, or `zsh|fish WORD …`, the words after the program's name up to the cursor.
 * A failure is no candidate: a shell would print it into the line that is being typed.
 */
export async function completeLine(
  [name, ...rest]: readonly string[],
  readTable: () => CompletionTable,
  live: LiveValues,
): Promise<string> {
  const shell = SHELLS.find((one) => one === name);
  if (shell === undefined) return "";
  const [line = "", breaks = ""] = rest;
  const words = shell === "bash" ? typedWords(line).slice(1) : rest;
  try {
    const found = await complete(words, readTable(), live);
    const lines = candidateLines(shell, found, words.at(-1) ?? "", breaks);
    return lines.map((one) => `${one}\n`).join("");
  } catch {
    return "";
  }
}
