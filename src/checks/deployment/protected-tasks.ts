import { slowingProtection } from "../../domain/aws/task-protection.ts";
import type { RollbackCheck } from "../rollback-subject.ts";

/** A revert succeeds in spite of protected tasks: its new tasks serve, and the protected ones stay beside them. */
export const protection: RollbackCheck = {
  id: "protection",
  question: "whether tasks are protected against being replaced",
  run: async ({ target, service, reads }) => {
    const tasks = await reads.ecs.protectedTasks(target.cluster, service.name);
    return slowingProtection(
      tasks,
      "ECS leaves protected tasks running until their protection ends, and the rollout open",
    );
  },
};
