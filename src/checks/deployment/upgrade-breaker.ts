import type { HistoryRow, Service } from "../../domain/aws/ecs.ts";
import { ok, warn } from "../../domain/finding.ts";
import type { Finding } from "../../domain/operation.ts";
import type { Target } from "../../domain/target.ts";
import { historyOf, type RollbackCheck } from "../rollback-subject.ts";
import { judgeBreaker } from "./circuit-breaker.ts";

export const upgradeBreaker: RollbackCheck = {
  id: "upgradeBreaker",
  question: "which revision the service can return to",
  run: async (subject) => judgeReturn(subject.service, subject.target, await historyOf(subject)),
};

/** Which revision an upgrade can be taken back to, and whether ECS does it by itself. */
export function judgeReturn(service: Service, target: Target, history: readonly HistoryRow[]): readonly Finding[] {
  const breaker = judgeBreaker(service, target);
  const completed = history.find(({ status }) => status === "SUCCESSFUL")?.taskDefinition;
  const now = service.taskDefinition;
  if (completed === undefined)
    return [breaker, warn("return-unproven", `no successful deployment is on record: ${now} is not proven good`)];
  if (completed !== now)
    return [
      breaker,
      warn("return-differs", `${now} runs, yet ECS last completed ${completed}, and would restore that`),
    ];
  return [breaker, ok("return-known", `${now} completed last: the revision to return to`)];
}
