import { readOldTasks } from "../../actions/reconnects/replacement.ts";
import { OpsError } from "../../domain/error.ts";
import { EXIT } from "../../domain/exit-codes.ts";
import type { Replacement } from "../../domain/reconnects/reading.ts";
import type { OpenTarget } from "../open-target.ts";

/** The deployment that replaced the tasks last. */
export interface LastChange extends Replacement {
  readonly taskDefinition: string;
}

/**
 * A drain of 300 s as documented, and a stopTimeout of 120 s, which is Fargate's most: whatever drained is gone so long
 * after its deployment has ended. [D: ECS, ContainerDefinition]
 */
const DRAINED_MS = 10 * 60_000;

/** The newest deployment of the service, as ECS has it now. Throws where none of the last 90 days is on record. */
export async function readLastChange({ reads, services, target }: OpenTarget): Promise<LastChange> {
  const [newest] = await reads.ecs.history(target.cluster, target.service);
  if (newest === undefined) throw nothingReplaced(target.service);
  const { taskDefinition, startedAt, createdAt, finishedAt = "" } = newest;
  const begun = Date.parse(startedAt ?? createdAt);
  const ended = Date.parse(finishedAt);
  const old = await readOldTasks({ services, target }, begun);
  if (Number.isNaN(ended) || old === "running") return { taskDefinition, begun };
  return { taskDefinition, begun, gone: old === "unlisted" ? ended + DRAINED_MS : Math.max(ended, old) };
}

const nothingReplaced = (service: string): OpsError =>
  new OpsError({
    code: "no-deployment",
    exitCode: EXIT.inconclusive,
    fault: "remote",
    message: `ECS has no deployment of ${service} on record: nothing tells when tasks were replaced`,
    next: ["vulcan-ops"],
  });
