import type { Subject } from "../../../checks/rollback-subject.ts";
import { subjectOf } from "../../../checks/rollback-subject.ts";
import { LIMIT_MS, lookAtAll } from "../../../checks/run-rollback-suite.ts";
import type { Service, TaskDefinition } from "../../../domain/aws/ecs.ts";
import { ok, tally, worstFirst } from "../../../domain/finding.ts";
import type { Finding } from "../../../domain/operation.ts";
import type { Look } from "../../../domain/services.ts";
import { within } from "../../../domain/time-limit.ts";
import { howItFailed, type LastTime, rowOf } from "./how-it-failed.ts";

/** What an undo brings back, seen as a rollback sees what it returns to. */
export interface TakingBack {
  /** It failed when it was deployed last, or that is not known. */
  readonly failed?: Finding;
  /** What a rollback's preflight finds; of what is in order only how much it is. */
  readonly preflight: readonly Finding[];
}

export async function lookBack(service: Service, wanted: TaskDefinition, looking: Look): Promise<TakingBack> {
  const subject = subjectOf(service, wanted, looking);
  const [looks, last] = await Promise.all([lookAtAll(subject, looking.world), lastTime(subject, looking)]);
  const failed = howItFailed(last);
  const all = looks.flatMap(({ findings }) => findings);
  const told = worstFirst(all).filter(({ level }) => level !== "ok");
  return {
    ...(failed && { failed }),
    preflight: [...told, ok("preflight", `checked like a rollback, ${tally(wanted.name, all)}`)],
  };
}

async function lastTime(
  { service, wanted: { name }, now, history }: Subject,
  { world, target }: Look,
): Promise<LastTime> {
  const { ecs } = world.aws;
  const [rows, tasks, marks] = await Promise.all([
    within(LIMIT_MS, history()).catch((failure: Error) => ({ unread: failure.message })),
    within(LIMIT_MS, ecs.allTasks(target.cluster, target.service)).catch(() => undefined),
    world.marks().catch(() => []),
  ]);
  const row = rowOf(name, rows);
  const details = row === undefined ? [] : await within(LIMIT_MS, ecs.deployments([row.arn])).catch(() => []);
  return { wanted: name, service, history: rows, detail: details[0], stopped: tasks?.stopped ?? [], marks, now };
}
