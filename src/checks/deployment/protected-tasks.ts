import { slowingProtection } from "../../domain/aws/task-protection.ts";
import type { RollbackCheck } from "../check.ts";

/** A revert succeeds in spite of protected tasks: its new tasks serve, and the protected ones stay beside them. */
export const protection: RollbackCheck = {
  question: "whether tasks are protected against being replaced",
  run: async ({ cluster, service }, { aws }) => {
    const tasks = await aws.ecs.protectedTasks(cluster, service.name);
    return slowingProtection(
      tasks,
      "ECS leaves protected tasks running until their protection ends, and the rollout open",
    );
  },
};
