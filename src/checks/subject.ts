import type { Service, TaskDefinition } from "../domain/aws/ecs.ts";
import { knownDefinition } from "../domain/aws/known-definition.ts";
import { readOnce } from "../domain/aws/read-once.ts";
import type { AwsReads } from "../domain/aws/reads.ts";
import type { SchemaReads, VulcanReads } from "../domain/migrations/reads.ts";
import type { ActionReadContext } from "../domain/services.ts";
import type { Target } from "../domain/target.ts";

/** What every check may read. Nothing here can write. */
export interface Subject {
  readonly target: Target;
  /** The first check that needs a read makes it, once for all checks. */
  readonly reads: AwsReads;
  readonly schema: SchemaReads;
  readonly vulcan: VulcanReads;
  /** Epoch ms of the target's time; in a sandbox it is not the machine's. */
  readonly now: number;
}

export function subjectOf({ services: { aws, schema, vulcan }, target, clock }: ActionReadContext): Subject {
  return { target, reads: readOnce(aws), schema, vulcan, now: clock.now() };
}

type Read = Pick<Subject, "target" | "reads">;

export const serviceOf = ({ reads, target }: Read): Promise<Service> =>
  reads.ecs.service(target.cluster, target.service);

/** What the service runs; rejects where ECS does not know it any more. */
export const definitionOf = async (subject: Read): Promise<TaskDefinition> =>
  knownDefinition(subject.reads.ecs, (await serviceOf(subject)).taskDefinition);
