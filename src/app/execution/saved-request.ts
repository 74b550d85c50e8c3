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
): Promise<SavedRequest> {
  const saved = readSavedPlan(path);
  const approval = approvalPath === undefined ? undefined : readApproval(approvalPath);
  return requestOf(saved, path, options, environment, { approval });
}

/** A request that carries out a saved plan. */
export interface SavedRequest {
  readonly request: RunRequest;
  /** The value that the first write replaces. */
  readonly current: string | undefined;
  readonly saved: DigestedPlan;
}

/** The same for a plan that was read already. `name`: what `--plan` was given. */
export async function requestOf(
  saved: DigestedPlan,
  name: string,
  options: TargetOptions,
  environment: Environment,
  cleared: Pick<RunRequest, "approval" | "fleet">,
): Promise<SavedRequest> {
  const { plan, text, endpoint } = saved;
  const { elsewhere: here } = await resolveEndpoints(options, environment);
  if (endpoint !== here) {
    const at = (where: string | undefined) => where ?? "AWS itself";
    throw guardError("other-world", `this plan was made of ${at(endpoint)}, and this shell points at ${at(here)}`);
  }
  const document = await readDocument(text, plan.runbook.source);
  const current = plan.steps.find((step) => step.current !== undefined)?.current;
  const request = { document, inputs: plan.inputs, command: commandLine`run --plan ${name}`, saved, ...cleared };
  return { request, current, saved };
}
