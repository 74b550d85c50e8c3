import type { HistoryRow } from "../../domain/aws/ecs.ts";
import { ok, warn } from "../../domain/finding.ts";
import type { Finding } from "../../domain/operation.ts";
import { formatDuration } from "../../domain/time.ts";
import type { RollbackCheck } from "../check.ts";

const RECENT_MS = 10 * 60_000;

export const otherWriters: RollbackCheck = {
  question: "who else deployed a moment ago",
  run: async ({ history, now }) => [judgeWriters(await history(), now)],
};

/** ECS does not say who deployed. A pipeline or a colleague that deployed a moment ago may deploy again. */
export function judgeWriters(history: readonly HistoryRow[], now: number): Finding {
  const recent = history.filter(({ createdAt }) => now - Date.parse(createdAt) < RECENT_MS);
  if (recent.length === 0) return ok("writers-quiet", "no deployment in the last 10 min");
  const texts = recent.map(({ taskDefinition, createdAt, status }) => {
    const state = /^(PENDING|IN_PROGRESS|ROLLBACK_REQUESTED|ROLLBACK_IN_PROGRESS)$/.test(status)
      ? ", still rolling out"
      : "";
    return `${taskDefinition || "a revision"} was deployed ${age(now - Date.parse(createdAt))} ago${state}`;
  });
  return warn("writers-recent", `${texts.join(", ")}: check with the deployer, or pause the pipeline`);
}

/** From one minute on, whole minutes. */
function age(ms: number): string {
  const seconds = ms / 1000;
  return formatDuration(seconds < 60 ? seconds : Math.floor(seconds / 60) * 60);
}
