import type { ServiceRevision } from "../../domain/aws/ecs.ts";
import { notChecked, ok, warn } from "../../domain/finding.ts";
import { sameJson } from "../../domain/json.ts";
import type { Finding } from "../../domain/operation.ts";
import type { RollbackCheck } from "../check.ts";

const ASKS = "what the service had beside its task definition when that revision ran";

export const notRestored: RollbackCheck = {
  question: ASKS,
  async run({ brought, service, wanted }) {
    const [then, now] = await Promise.all([brought(wanted.name), brought(service.taskDefinition)]);
    return [judgeNotRestored(wanted.name, then, now)];
  },
};

/** UpdateService with a task definition restores only that, unlike a rollback by ECS itself. */
export function judgeNotRestored(
  wanted: string,
  then: ServiceRevision | undefined,
  now: ServiceRevision | undefined,
): Finding {
  if (then === undefined || now === undefined) return notChecked(ASKS, "ECS keeps no record of it");
  const names = [...new Set([...Object.keys(then.settings), ...Object.keys(now.settings)])];
  const changed = names.filter((name) => !sameJson(then.settings[name], now.settings[name]));
  return changed.length === 0
    ? ok("settings-same", "network, load balancer and platform version are unchanged")
    : warn("not-restored", `not restored by this update, though changed since ${wanted} ran: ${changed.join(", ")}`);
}
