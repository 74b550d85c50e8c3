import { writeFileSync } from "node:fs";
import { usageError } from "../domain/error.ts";

/** Writes a report to the file that the operator has named. Throws OpsError (exit 6). */
export function writeReport(path: string, text: string): void {
  try {
    writeFileSync(path, text);
  } catch (error) {
    const why = (error as NodeJS.ErrnoException).code ?? "unknown";
    throw usageError("file-unwritable", `${JSON.stringify(path)} cannot be written (${why})`);
  }
}
