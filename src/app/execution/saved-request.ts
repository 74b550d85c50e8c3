import { commandLine } from "../../domain/command-line.ts";
import { guardError } from "../../domain/error.ts";
import type { Environment } from "../../domain/ports.ts";
import type { TargetOptions } from "../../domain/target.ts";
import { resolveEndpoints } from "../../target/resolve.ts";
import { readDocument } from "../open-runbook.ts";
import { readApproval } from "./approval-file.ts";
import type { RunRequest } from "./run-request.ts";
import { type DigestedPlan, readSavedPlan } from "./saved-plan.ts";

/**
 * A saved plan as a request, with the plan's runbook and inputs. The target is resolved as usual, and has to be the
 * same as in the plan. `approvalPath`: the file of `--approval`. `current` is the value that the first write replaces.
 */
export async function readSavedRequest(
  path: string,
  options: TargetOptions,
  environment: Environment,
  approvalPath?: string,
): Promise<{ readonly request: RunRequest; readonly current: string | undefined; readonly saved: DigestedPlan }> {
  const saved = readSavedPlan(path);
  const { plan, text, endpoint } = saved;
  const approval = approvalPath === undefined ? undefined : readApproval(approvalPath);
  const { elsewhere: here } = await resolveEndpoints(options, environment);
  if (endpoint !== here) {
    const name = (where: string | undefined) => where ?? "AWS itself";
    throw guardError("other-world", `this plan was made of ${name(endpoint)}, and this shell points at ${name(here)}`);
  }
  const document = await readDocument(text, plan.runbook.source);
  const current = plan.steps.find((step) => step.current !== undefined)?.current;
  const request = { document, inputs: plan.inputs, command: commandLine`run --plan ${path}`, saved, approval };
  return { request, current, saved };
}
