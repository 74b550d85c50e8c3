import { commandLine } from "../domain/command-line.ts";
import { usageError } from "../domain/error.ts";
import type { Execution } from "../domain/execution.ts";
import type { Document, Runbook } from "../domain/runbook.ts";
import { locateRunbook } from "../runbook/find-runbook.ts";
import { formatProblem, type Problem } from "../runbook/problem.ts";
import { shippedRunbooks } from "./prepared.ts";

/** A runbook by name (checked when the bundle was built) or by path (checked now). */
export async function openDocument(nameOrPath: string): Promise<Document> {
  const found = locateRunbook(nameOrPath, shippedRunbooks());
  return found.kind === "shipped" ? found.value : readDocument(found.text, found.source);
}

/** Text → checked runbook, or exit 6 with every problem at its line and column. */
export async function readDocument(text: string, source: string, asked?: "all" | "meaning"): Promise<Document> {
  const loaded = await load(text, source, asked);
  if ("document" in loaded) return loaded.document;
  throw invalid(source, loaded.problems);
}

/** Prefixes a file name that looks like an option with its folder. */
export const asPath = (source: string): string => (source.startsWith("-") ? `./${source}` : source);

/** The YAML parser and the actions load only when a text really has to be read. */
export async function load(text: string, source: string, asked?: "all" | "meaning") {
  const [{ loadRunbook }, { registry }] = await Promise.all([
    import("../runbook/load.ts"),
    import("../actions/index.ts"),
  ]);
  return loadRunbook(text, source, registry, asked);
}

function invalid(source: string, problems: readonly Problem[]): Error {
  const shown = problems.slice(0, MOST_SHOWN).map(formatProblem);
  const rest = problems.length > shown.length ? [`… and ${problems.length - shown.length} more`] : [];
  const count = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
  return usageError("runbook-invalid", [`${source} has ${count}:`, ...shown, ...rest].join("\n"), [
    commandLine`vulcan-ops check ${asPath(source)}`,
  ]);
}

const MOST_SHOWN = 20;

/** The runbook that an execution began with; undefined where this version cannot read it. */
export async function runbookOnRecord({
  text,
  source,
  sha256,
}: Execution["started"]["runbook"]): Promise<Runbook | undefined> {
  const shipped = shippedRunbooks().get(source);
  if (shipped?.sha256 === sha256) return shipped.runbook;
  return (await readDocument(text, source, "meaning").catch(() => undefined))?.runbook;
}
