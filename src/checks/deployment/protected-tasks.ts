import { slowedBy } from "../../domain/aws/task-protection.ts";
import type { RevertCheck } from "../check.ts";

/** A revert goes through all the same: its new tasks serve, and those that are protected stay beside them. */
export const protection: RevertCheck = {
  asks: "whether tasks are protected against being replaced",
  look: async ({ cluster, service }, { aws }) => {
    const tasks = await aws.ecs.protectedTasks(cluster, service.name);
    return slowedBy(tasks, "ECS leaves protected tasks running until their protection ends, and the rollout open");
  },
};
