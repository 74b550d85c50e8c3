import { tmpdir } from "node:os";
import { openDocument } from "../../../src/app/open-runbook.ts";
import { openTarget } from "../../../src/app/open-target.ts";
import { JOURNAL_SCHEMA_VERSION } from "../../../src/domain/execution-event.ts";
import type { Environment, Question } from "../../../src/domain/ports.ts";
import { planRunbook } from "../../../src/engine/plan.ts";
import { resolveInputs } from "../../../src/runbook/resolve-inputs.ts";
import { TARGET } from "../sandbox-harness.ts";

/** A runbook planned in this process against the sandbox that the environment names, ready for `startRun`. */
export async function planInProcess(
  name: string,
  inputs: Readonly<Record<string, string>>,
  ids: Environment["ids"],
  stop: AbortSignal,
) {
  const context = { env: process.env, cwd: tmpdir(), stop, ids } as unknown as Environment;
  const site = await openTarget({}, context, { pinned: TARGET });
  const document = await openDocument(name, { verb: "run", cwd: tmpdir() });
  const { runbook, source, sha256, text } = document;
  const values = resolveInputs(runbook, inputs, site.clock.now());
  const plan = await planRunbook(site.planner, document, values, site.caller());
  const started = {
    type: "execution.started",
    at: plan.at,
    execution: ids.execution(),
    schemaVersion: JOURNAL_SCHEMA_VERSION,
    runbook: { id: runbook.id, source, sha256, text },
    inputs: plan.inputs,
    target: plan.target,
    caller: plan.caller,
    ...{ operator: "test", host: "test", version: "test" },
  } as const;
  return { site, runbook, plan, started };
}

/** Every question answered as an operator does who agrees. */
export function yes(question: Question): unknown {
  if (question.kind === "hold") return { go: true };
  if (question.kind === "choice") return { value: question.fallback, how: "none" };
  return { yes: true, how: "prompt" };
}
