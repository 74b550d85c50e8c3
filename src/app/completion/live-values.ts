import { readdirSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import type { Candidate, CompletedInput, Completes, LiveValues } from "../../domain/completion.ts";
import type { RecordedExecution } from "../../domain/recorded-execution.ts";
import { readLastReads } from "../../journal/last-reads.ts";
import { stateDir } from "../../journal/state-dir.ts";

interface Where {
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
}

type OptionsSoFar = Readonly<Record<string, string>>;

/** From configuration, journals, the last reads and the folders of this machine. Asks AWS nothing, and never rejects. */
export const liveValues = (where: Where): LiveValues => ({
  async of(kind, given, typed) {
    const read = SOURCES[kind];
    return read === undefined ? [] : read(where, given, typed).catch(() => []);
  },
  inputs: (runbook) => ownInputs(runbook, where).catch(() => []),
});

async function ownInputs(name: string, { cwd }: Where): Promise<readonly CompletedInput[]> {
  const [{ openDocument }, { completedInputs }] = await Promise.all([
    import("../open-runbook.ts"),
    import("./completed-inputs.ts"),
  ]);
  const { runbook } = await openDocument(name, { verb: "run", cwd });
  return completedInputs(runbook.inputs);
}

type Source = (where: Where, given: OptionsSoFar, typed: string) => Promise<readonly Candidate[]>;

const SOURCES: Readonly<Partial<Record<Completes, Source>>> = {
  execution: executions,
  path: async (where, _given, typed) => entriesAt(typed, where),
  profile: profiles,
  revision: revisions,
  runbook: async (where, _given, typed) => runbooks(typed, where),
  target: targets,
  version: versions,
};

async function targets({ env, cwd }: Where): Promise<readonly Candidate[]> {
  const { knownTargets } = await import("../../target/target-names.ts");
  return (await knownTargets(env, cwd)).names.map((value) => ({ value }));
}

async function profiles({ env }: Where): Promise<readonly Candidate[]> {
  const { profileNames } = await import("../../target/target-names.ts");
  return (await profileNames(env)).map((value) => ({ value }));
}

const MOST_EXECUTIONS = 30;

async function executions({ env }: Where, given: OptionsSoFar): Promise<readonly Candidate[]> {
  const { lastExecutions } = await import("../../journal/list-executions.ts");
  const all = await lastExecutions(stateDir(given["state-dir"], env), MOST_EXECUTIONS);
  const fits = BY_COMMAND[given.command ?? ""] ?? (() => true);
  const found = all.filter(fits);
  const last: readonly Candidate[] = found.length === 0 ? [] : [{ value: "last", about: "the newest one" }];
  return [...found.map((one) => ({ value: one.id, about: aboutOf(one) })), ...last];
}

/** Those that the command could act upon. */
const BY_COMMAND: Readonly<Record<string, (one: RecordedExecution) => boolean>> = {
  resume: ({ ended }) => ended === undefined || (ended.status !== "done" && ended.isPutBack !== true),
  undo: ({ isUndoable }) => isUndoable,
};

function aboutOf({ at, what, runbook, target, ended }: RecordedExecution): string {
  return `${at.slice(0, 16).replace("T", " ")}Z ${what ?? runbook}, ${target.name}, ${ended?.status ?? "no end yet"}`;
}

async function ofTarget({ env, cwd }: Where, given: OptionsSoFar) {
  const { knownTargets } = await import("../../target/target-names.ts");
  const name = given.target ?? (await knownTargets(env, cwd)).current;
  const kept = Object.entries(readLastReads(stateDir(given["state-dir"], env)));
  return kept.flatMap(([place, reads]) => (place.startsWith(`${name} `) ? [reads] : []));
}

/** As numbers, which is what one types; the whole name beside it. */
async function revisions(where: Where, given: OptionsSoFar): Promise<readonly Candidate[]> {
  const names = (await ofTarget(where, given)).flatMap(({ taskDefinitions }) => taskDefinitions);
  return names.map((name) => ({ value: name.slice(name.lastIndexOf(":") + 1), about: name }));
}

async function versions(where: Where, given: OptionsSoFar): Promise<readonly Candidate[]> {
  const found = (await ofTarget(where, given)).flatMap(({ migrations }) => migrations);
  return found.map((version) => ({ value: String(version), about: "applied migration" }));
}

const RUNBOOK_FILE = /\.ya?ml$/;

/** Names of `./runbooks`; files and folders once something is typed. The shipped ones are in the table. */
function runbooks(typed: string, where: Where): readonly Candidate[] {
  const named = namesIn(join(where.cwd, "runbooks")).filter(({ name }) => RUNBOOK_FILE.test(name));
  const own = named.map(({ name }) => ({ value: name.replace(RUNBOOK_FILE, ""), about: `./runbooks/${name}` }));
  const paths = typed !== "" ? entriesAt(typed, where).filter(({ value }) => /\/$|\.ya?ml$/.test(value)) : [];
  return [...own, ...paths];
}

/** Files and folders whose path begins as typed. A folder stays open: its entries follow. */
function entriesAt(typed: string, { cwd }: Where): readonly Candidate[] {
  const folder = typed.slice(0, typed.lastIndexOf("/") + 1);
  const begun = typed.slice(folder.length);
  const path = folder.startsWith("~/")
    ? join(homedir(), folder.slice(2))
    : folder.startsWith("/")
      ? folder
      : join(cwd, folder);
  return namesIn(path)
    .filter(({ name }) => name.startsWith(begun) && (begun.startsWith(".") || !name.startsWith(".")))
    .map(({ name, isFolder }) =>
      isFolder ? { value: `${folder}${name}/`, isOpen: true as const } : { value: `${folder}${name}` },
    );
}

function namesIn(folder: string): readonly { readonly name: string; readonly isFolder: boolean }[] {
  try {
    const entries = readdirSync(folder, { withFileTypes: true });
    return entries.map((entry) => ({ name: entry.name, isFolder: entry.isDirectory() })).sort(byName);
  } catch {
    return [];
  }
}

const byName = (a: { readonly name: string }, b: { readonly name: string }): number => (a.name < b.name ? -1 : 1);
