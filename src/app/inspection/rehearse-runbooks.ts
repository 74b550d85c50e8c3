import { usageError } from "../../domain/error.ts";
import type { Case } from "../../domain/inspection.ts";
import type { Environment } from "../../domain/ports.ts";
import type { Runbook } from "../../domain/runbook.ts";
import { formatDuration } from "../../domain/time.ts";
import { readWorld, type WorldOptions } from "../sandbox/world-options.ts";
import type { Read } from "./offline.ts";
import { rehearseAll } from "./rehearsal.ts";
import { type Rehearsal, worldsOf } from "./rehearsal-matrix.ts";
import { isRehearsalProcess, type Job, rehearseApart } from "./rehearsal-process.ts";

/** Executes each runbook in sandboxes: a single rehearsal here, several in their own processes. */
export async function rehearseEach(
  runbooks: readonly Read[],
  inputs: Readonly<Record<string, string>>,
  options: WorldOptions,
  environment: Environment,
): Promise<readonly Read[]> {
  const { seed = 1 } = await readWorld(options);
  const { scenario, timing: timings } = options;
  const isGiven = scenario !== undefined || Object.keys(inputs).length + timings.length > 0;
  if (isGiven && runbooks.length > 1) {
    throw usageError("rehearsal-of-one", "--scenario and --input speak of one runbook; name it", [
      "vulcan-ops plan RUNBOOK --dry-run=sandbox --scenario NAME",
    ]);
  }
  const jobs = runbooks.flatMap((read): readonly (Job & { readonly read: Read })[] => {
    const chosen = isGiven ? [{ scenario: scenario ?? DEFAULT_SCENARIO, inputs, timings }] : worldsFor(read);
    return chosen.map((rehearsal) => ({ read, source: read.inspected.source, rehearsal, seed }));
  });
  const [only] = jobs;
  const here = jobs.length === 1 && only?.read.document !== undefined;
  const tell = (line: string) => (isRehearsalProcess(environment) ? void process.send?.(line) : environment.note(line));
  if (jobs.length > 1) environment.note(`Rehearsing in ${jobs.length} sandboxes, a line each time a rehearsal ends:`);
  const found = here
    ? [await rehearseAll(only.read.document, only.rehearsal, seed, environment, (one) => tell(endOf(only.source, one)))]
    : await rehearseApart(jobs, environment);
  const casesOf = (read: Read) => jobs.flatMap((job, index) => (job.read === read ? (found[index] ?? []) : []));
  return runbooks.map((read) => withCases(read, casesOf(read)));
}

/** `rollback-service  bad-release: undo  pass, 4 s` */
const endOf = (source: string, { name, seconds = 0, remarks }: Case): string =>
  `${source}  ${name}  ${remarks[0]?.rule ?? "pass"}, ${formatDuration(seconds)}`;

/** A rollback can leave this release, and an undo can return to it. */
const DEFAULT_SCENARIO = "bad-but-healthy";

/** A runbook's own worlds; otherwise the default one, if no input is required. */
function worldsFor({ document }: Read): readonly Rehearsal[] {
  if (document === undefined) return [];
  const { runbook } = document;
  const own = worldsOf(runbook);
  if (own.length > 0) return own;
  return neededBy(runbook).length === 0 ? [{ scenario: DEFAULT_SCENARIO, inputs: {} }] : [];
}

const neededBy = ({ inputs }: Runbook): readonly string[] =>
  Object.entries(inputs).flatMap(([name, { required, default: normal }]) =>
    required === false || normal !== undefined ? [] : [name],
  );

function withCases(read: Read, cases: readonly Case[]): Read {
  const { inspected, document } = read;
  if (document === undefined) return read;
  const needed = neededBy(document.runbook).map((name) => `--input ${name}=…`);
  const none: Case = { depth: "sandbox", name: "rehearsal", remarks: [], skipped: `it needs ${needed.join(" ")}` };
  const all = [...inspected.cases, ...(cases.length === 0 ? [none] : cases)];
  return { ...read, inspected: { ...inspected, cases: all } };
}
