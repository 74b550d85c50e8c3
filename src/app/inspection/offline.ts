import { registry } from "../../actions/index.ts";
import { commandLine } from "../../domain/command-line.ts";
import { usageError } from "../../domain/error.ts";
import type { Case, InspectedRunbook, InspectionFinding } from "../../domain/inspection.ts";
import type { Document } from "../../domain/runbook.ts";
import { sanitise } from "../../domain/sanitise.ts";
import { specOf } from "../../runbook/action-spec.ts";
import { type Located, locateRunbooks } from "../../runbook/find-runbook.ts";
import type { StepPlace } from "../../runbook/load.ts";
import { isWarning, type Problem } from "../../runbook/problem.ts";
import { libraryFor, load } from "../open-runbook.ts";
import { shippedRunbooks } from "../prepared.ts";

/** A runbook, checked by its text alone. `document` is set if the text has no problem. */
export interface Read {
  readonly inspected: InspectedRunbook;
  readonly document?: Document;
}

/** The named runbooks, or all: those in the folder `runbooks` here, and the shipped ones that are not there. */
export async function readRunbooks(names: readonly string[], isAll: boolean, cwd: string): Promise<readonly Read[]> {
  if (isAll === names.length > 0) {
    throw usageError("runbook-missing", "which runbooks? name them, or give --all", [
      "vulcan-ops plan --all --dry-run=offline",
      ...[...shippedRunbooks().keys()].map((name) => commandLine`vulcan-ops plan ${name}`),
    ]);
  }
  return Promise.all(locateRunbooks(names, libraryFor({ verb: "plan", cwd })).map(readOne));
}

async function readOne(found: Located<Document>): Promise<Read> {
  const shipped = shippedRunbooks();
  if (found.kind === "shipped") return good(found.value);
  // The same text was checked when the bundle was built, by the same rules.
  const known = [...shipped.values()].find(({ text }) => text === found.text);
  if (known !== undefined) return good({ ...known, source: found.source });
  const loaded = await load(found.text, found.source);
  if ("problems" in loaded) return wrong(found.source, loaded.problems, loaded.steps);
  return good(loaded.document, loaded.warnings, loaded.steps);
}

function good(document: Document, warnings: readonly Problem[] = [], places: readonly StepPlace[] = []): Read {
  const { runbook, source } = document;
  const steps = [...runbook.steps, ...runbook.finally];
  const writes = steps.filter(({ action }) => specOf(registry, action)?.risk !== "read");
  const undoable = writes.filter(({ action }) => specOf(registry, action)?.irreversible !== true);
  const cases = steps.map(({ id }) =>
    caseOf(
      id,
      warnings.filter(({ line }) => stepAt(places, line)?.id === id),
    ),
  );
  const counts = { steps: steps.length, writes: writes.length, undoable: undoable.length };
  return { inspected: { id: runbook.id, source, ...counts, cases }, document };
}

/** Each problem belongs to the step that contains its line, or else to the whole text. */
function wrong(source: string, problems: readonly Problem[], steps: readonly StepPlace[]): Read {
  const caseAt = (name: string, step: StepPlace | undefined) =>
    caseOf(
      name,
      problems.filter(({ line }) => stepAt(steps, line) === step),
    );
  const cases = [caseAt("the text", undefined), ...steps.map((step) => caseAt(step.id, step))];
  const id = sanitise(source.replace(/^.*\//, "").replace(/\.ya?ml$/, ""));
  return { inspected: { id, source, steps: steps.length, cases } };
}

const stepAt = (steps: readonly StepPlace[], at: number) => steps.findLast(({ line }) => line <= at);

function caseOf(name: string, problems: readonly Problem[]): Case {
  return { depth: "offline", name, remarks: problems.map(toRemark) };
}

function toRemark(problem: Problem): InspectionFinding {
  const { rule, source, line, column, message, hint } = problem;
  const safe = { message: sanitise(message), ...(hint === undefined ? {} : { hint: sanitise(hint) }) };
  return { rule, severity: isWarning(problem) ? "warning" : "error", ...safe, file: source, line, column };
}
