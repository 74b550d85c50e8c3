import { writeFileSync } from "node:fs";
import { usageError } from "../domain/error.ts";

/** What `-o FILE` writes. Exit 6 where the file is there already, unless `--force` replaces it, or cannot be written. */
export function writeNewFile(path: string, text: string, force: boolean): void {
  try {
    writeFileSync(path, text, { flag: force ? "w" : "wx" });
  } catch (error) {
    const { code = "unknown" } = error as NodeJS.ErrnoException;
    const named = JSON.stringify(path);
    if (code === "EEXIST")
      throw usageError("file-exists", `${named} is there already`, [
        "the same command with --force, or another -o FILE",
      ]);
    throw usageError("file-unwritable", `${named} cannot be written (${code})`);
  }
}
