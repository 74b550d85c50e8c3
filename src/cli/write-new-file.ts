import { writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { usageError } from "../domain/error.ts";

/** What `-o FILE` writes. Exit 6 where the file is there already, unless `--force` replaces it, or cannot be written. */
export function writeNewFile(path: string, text: string, force: boolean, cwd = ""): void {
  try {
    writeFileSync(resolve(cwd, path), text, { flag: force ? "w" : "wx" });
  } catch (error) {
    const { code = "unknown" } = error as NodeJS.ErrnoException;
    const named = JSON.stringify(path);
    if (code === "EEXIST")
      throw usageError("file-exists", `${named} is there already`, [
        "the same command with --force, or another -o FILE",
      ]);
    throw usageError("file-unwritable", `${named} cannot be written${WHY[code] ?? ""} (${code})`, ["another -o FILE"]);
  }
}

const WHY: Readonly<Record<string, string>> = {
  ENOENT: ": its folder does not exist",
  ENOTDIR: ": its folder does not exist",
  EACCES: ": permission denied",
  EISDIR: ": it is a folder",
  ENOSPC: ": the disk is full",
};
