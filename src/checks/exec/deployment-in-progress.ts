import type { Deployment, Service } from "../../domain/aws/ecs.ts";
import { block, ok } from "../../domain/finding.ts";
import type { Finding } from "../../domain/operation.ts";
import type { ExecCheck } from "../exec-subject.ts";
import { serviceOf } from "../subject.ts";

export const deployments: ExecCheck = {
  id: "deployments",
  question: "whether a deployment is going on",
  run: async (subject) => [judgeDeployments(await serviceOf(subject))],
};

/** A deployment stops the tasks that a command enters, and each task that it starts migrates again. */
export function judgeDeployments({ name, deployments: all }: Pick<Service, "name" | "deployments">): Finding {
  if (all.length <= 1 && all.every(({ rollout }) => rollout !== "IN_PROGRESS"))
    return ok("exec-no-deployment", `no deployment of ${name} is going on`);
  const text = `a deployment of ${name} is going on (${all.map(describeDeployment).join("; ")}): it stops and starts tasks`;
  return block("exec-deployment", text, ["vulcan-ops status"]);
}

function describeDeployment({ taskDefinition, status, rollout, running, desired }: Deployment): string {
  return `${[taskDefinition, status, rollout].filter(Boolean).join(" ")}, ${running} of ${desired} running`;
}
