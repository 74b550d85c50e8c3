import type { Failure } from "../../domain/action.ts";
import type { Instance } from "../../domain/aws/rds.ts";
import { commandLine } from "../../domain/command-line.ts";

export const replicaText = ({ id, replicaOf }: Instance): string =>
  `${id} is a read replica of ${replicaOf}: it follows that one, and takes no writes`;

/** An instance that follows another one is no copy of a moment, and nothing could write to it. */
export function replicaFailure(instance: Instance): Failure | undefined {
  if (instance.replicaOf === undefined) return undefined;
  return {
    reason: "instance-is-replica",
    text: `${replicaText(instance)}; it is left alone`,
    evidence: [],
    next: [commandLine`aws rds describe-db-instances --db-instance-identifier ${instance.id}`],
  };
}
