import { isMeant, revisionText } from "../../domain/aws/named-revision.ts";
import { commandLine } from "../../domain/command-line.ts";
import { guardError } from "../../domain/error.ts";
import type { Plan } from "../../domain/plan.ts";
import type { OpenTarget } from "../open-target.ts";

/**
 * `--expect-current` names what the first write replaces. Where no step of the plan replaces a value, it names the
 * revision that the service is set to: a flag that is given is never compared with nothing.
 */
export async function assertExpectedRevision(
  { planner }: Pick<OpenTarget, "planner">,
  { steps }: Plan,
  expected: string | undefined,
): Promise<void> {
  if (expected === undefined || steps.some(({ current }) => current !== undefined)) return;
  const { cluster, service } = planner.target;
  const { name, taskDefinition } = await planner.services.aws.ecs.service(cluster, service);
  const current = revisionText(taskDefinition, taskDefinition);
  if (isMeant(expected, current, taskDefinition)) return;
  throw guardError("current-differs", `--expect-current says ${expected}, but ${name} is set to ${taskDefinition}`, [
    commandLine`Look again; if that is right, the same command with --expect-current ${current}`,
  ]);
}
