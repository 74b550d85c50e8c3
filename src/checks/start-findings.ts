import type { Service, TaskDefinition } from "../domain/aws/ecs.ts";
import type { AwsReads } from "../domain/aws/reads.ts";
import { notChecked } from "../domain/finding.ts";
import type { Finding } from "../domain/operation.ts";
import { withTimeLimit } from "../domain/time-limit.ts";
import { PREFLIGHT_LIMIT_MS } from "./check.ts";
import { SUBNET_QUESTION, subnetFindings } from "./deployment/subnets.ts";
import { ROLE_QUESTION, roleFindings } from "./revision/role-trust.ts";

/**
 * What would keep tasks of this revision from starting, by their roles and by the network of the service: for plans whose
 * steps start some. What is in order is not told, and what does not answer in time is not checked.
 */
export async function startFindings(
  service: Service,
  wanted: TaskDefinition,
  aws: AwsReads,
): Promise<readonly Finding[]> {
  const found = await Promise.all([
    inTime(ROLE_QUESTION, roleFindings(wanted, service.arn, aws)),
    inTime(SUBNET_QUESTION, subnetFindings(service, wanted, aws)),
  ]);
  return found.flat().filter(({ level }) => level !== "ok");
}

const inTime = (question: string, reading: Promise<readonly Finding[]>): Promise<readonly Finding[]> =>
  withTimeLimit(PREFLIGHT_LIMIT_MS, reading).catch((failure: Error) => [notChecked(question, failure.message)]);
