import { commandLine } from "../domain/command-line.ts";
import { usageError } from "../domain/error.ts";
import type { Execution } from "../domain/execution.ts";
import type { Document, Runbook } from "../domain/runbook.ts";
import { type Library, locateRunbook } from "../runbook/find-runbook.ts";
import { type Problem, problemLines } from "../runbook/problem.ts";
import { shippedRunbooks } from "./prepared.ts";

/** Who looks for a runbook: the command that was typed, and where. */
export interface Asked {
  readonly verb: string;
  readonly cwd: string;
}

/** Runbooks by the command that runs them. */
export const RUNBOOK_OF: Readonly<Record<string, string>> = {
  rollback: "rollback-service",
  restore: "restore-database",
  migrate: "rollback-migration",
  upgrade: "upgrade-service",
  maintenance: "maintenance-window",
  alerts: "create-alerts",
};

export const libraryFor = ({ verb, cwd }: Asked): Library<Document> => ({
  shipped: shippedRunbooks(),
  commands: RUNBOOK_OF,
  verb,
  cwd,
});

/** A runbook as every command finds it: shipped ones were checked when the bundle was built, files are checked now. */
export async function openDocument(nameOrPath: string, asked: Asked): Promise<Document> {
  const found = locateRunbook(nameOrPath, libraryFor(asked));
  return found.kind === "shipped" ? found.value : readDocument(found.text, found.source);
}

/** The runbook of a command is the shipped one, whatever lies in the working directory. */
export function shippedDocument(id: string): Document {
  const document = shippedRunbooks().get(id);
  if (document === undefined) throw new Error(`no runbook ${id} is shipped`);
  return document;
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
  const shown = problems.slice(0, MOST_SHOWN).flatMap(problemLines);
  const rest = problems.length > MOST_SHOWN ? [`… and ${problems.length - MOST_SHOWN} more`] : [];
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
