import { isSea } from "node:sea";

/** How this program is started again: as a file that Node runs, or as the one executable. */
export function ownProgram(words: readonly string[]): readonly [file: string, words: readonly string[]] {
  return isSea() ? [process.execPath, words] : [process.execPath, [process.argv[1] ?? "", ...words]];
}
