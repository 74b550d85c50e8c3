import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

const SUFFIX = ".pruned";

const markOf = (dir: string, execution: string): string => join(dir, "executions", `${execution}${SUFFIX}`);

/** This machine wants no copy of an execution of the shared journal, as long as nothing is added to it there. */
export async function markPruned(dir: string, execution: string, records: number): Promise<void> {
  await writeFile(markOf(dir, execution), String(records), { mode: 0o600 });
}

export async function unmarkPruned(dir: string, execution: string): Promise<void> {
  await rm(markOf(dir, execution), { force: true }).catch(() => undefined);
}

/** By execution: how many records its copy had when it was removed. */
export async function prunedExecutions(dir: string): Promise<ReadonlyMap<string, number>> {
  const names = await readdir(join(dir, "executions")).catch(() => [] as string[]);
  const marks = names.filter((name) => name.endsWith(SUFFIX)).map((name) => name.slice(0, -SUFFIX.length));
  const read = async (id: string) => [id, Number(await readFile(markOf(dir, id), "utf8").catch(() => ""))] as const;
  return new Map(await Promise.all(marks.map(read)));
}
