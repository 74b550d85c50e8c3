import { renewTasks } from "../../domain/aws/cli-command.ts";
import type { Task } from "../../domain/aws/ecs.ts";
import { isTooOldForExec } from "../../domain/aws/fargate-platform.ts";
import { block, notChecked, ok } from "../../domain/finding.ts";
import type { Finding } from "../../domain/operation.ts";
import type { Target } from "../../domain/target.ts";
import { BY_TASK, type ExecCheck, runningContainerOf } from "../exec-subject.ts";

const ASKS = "whether the platform has ECS Exec";

export const platform: ExecCheck = {
  id: "platform",
  question: ASKS,
  run: async (subject) => [judgePlatform((await runningContainerOf(subject)).task, subject.target)],
};

/** Fargate has ECS Exec from 1.4.0 on for Linux, and from 1.0.0 on for Windows. On EC2 the instance's agent decides. */
export function judgePlatform({ platformVersion, platformFamily = "Linux" }: Task, target: Target): Finding {
  if (platformVersion === undefined) return notChecked(ASKS, "the task is not on Fargate; its instance is not asked");
  const platform = `platform ${platformFamily} ${platformVersion}`;
  if (!isTooOldForExec(platformVersion, platformFamily)) return ok("exec-platform", `${platform} has ECS Exec`);
  const renew = renewTasks(target, { platformVersion: "LATEST" });
  return block("exec-platform-old", `${platform} does not have ECS Exec; 1.4.0 has`, [BY_TASK, renew]);
}
