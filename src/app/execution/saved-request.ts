import { commandLine } from "../../domain/command-line.ts";
import { guardError } from "../../domain/error.ts";
import type { Environment } from "../../domain/ports.ts";
import { endpointOf } from "../../target/endpoint-override.ts";
import { readDocument } from "../open-runbook.ts";
import type { RunRequest } from "./run-request.ts";
import { readSavedPlan } from "./saved-plan.ts";

/**
 * A saved plan as a request: its runbook and inputs are those of the plan; the target is named as it was then, and has
 * to be the same. `current` is the value that its first write replaces.
 */
export async function readSavedRequest(
  path: string,
  { env }: Pick<Environment, "env">,
): Promise<{ readonly request: RunRequest; readonly current: string | undefined }> {
  const { plan, text, endpoint } = readSavedPlan(path);
  const here = endpointOf(env);
  if (endpoint !== here) {
    const name = (where: string | undefined) => where ?? "AWS itself";
    throw guardError("other-world", `this plan was made of ${name(endpoint)}, and this shell points at ${name(here)}`);
  }
  const document = await readDocument(text, plan.runbook.source);
  const current = plan.steps.find((step) => step.current !== undefined)?.current;
  const request = { document, inputs: plan.inputs, command: commandLine`run --plan ${path}`, saved: plan };
  return { request, current };
}
