import { readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

/**
 * Beside a journal: records of it are on this machine only. It is there before the first such record, so that a later
 * command finds them without reading every journal.
 */
const markOf = (path: string): string => path.replace(/\.jsonl$/, ".unshared");

export async function markUnshared(path: string): Promise<void> {
  // A full disk cannot take it: then the record itself is not written either.
  await writeFile(markOf(path), "", { mode: 0o600, flush: true }).catch(() => undefined);
}

export async function unmarkUnshared(path: string): Promise<void> {
  await rm(markOf(path), { force: true }).catch(() => undefined);
}

/** The executions with records that are on this machine only. */
export async function unsharedExecutions(dir: string): Promise<readonly string[]> {
  const names = await readdir(join(dir, "executions")).catch(() => [] as string[]);
  return names.filter((name) => name.endsWith(".unshared")).map((name) => name.slice(0, -".unshared".length));
}
