import { shortName, type TaskDefinition } from "../../domain/aws/ecs.ts";
import { ok, warn } from "../../domain/finding.ts";
import type { Finding } from "../../domain/operation.ts";
import { currentOf, type RollbackCheck } from "../rollback-subject.ts";

export const roles: RollbackCheck = {
  id: "roles",
  question: "whether its roles are the current ones",
  run: async (subject) => judgeRoles(await currentOf(subject), subject.wanted),
};

/** The roles of a task definition. */
export const ROLE_KINDS = [
  ["task role", "taskRole"],
  ["execution role", "executionRole"],
] as const;

/** An older revision may name a role that lost its rights. IAM is not asked for them: the difference is the sign. */
export function judgeRoles(current: TaskDefinition, wanted: TaskDefinition): Finding[] {
  const differing = ROLE_KINDS.filter(([, key]) => current[key] !== wanted[key]);
  if (differing.length === 0) return [ok("roles-same", `the same task and execution role as ${current.name}`)];
  return differing.map(([kind, key]) => {
    const [was, is] = [wanted, current].map((definition) => shortName(definition[key]) || "none");
    return warn(
      "role-differs",
      `another ${kind}: ${was} instead of ${is}; whether it still has its rights is not checked`,
    );
  });
}
