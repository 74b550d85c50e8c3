import { awsLine } from "../../domain/aws/cli-command.ts";
import type { ContainerSetup } from "../../domain/aws/setup.ts";
import { type CheckFinding, fail, notTried, ok, warn } from "../../domain/diagnosis.ts";
import { formatDuration } from "../../domain/time.ts";
import type { DoctorCheck } from "../doctor-check.ts";
import { judgeTargetGroups } from "./target-groups.ts";

/** How long a replaced task still runs: the target group's deregistration delay, then stopTimeout after SIGTERM. */
export const drain: DoctorCheck = {
  id: "drain",
  title: "Drain",
  async run({ reads, setup, target: { cluster, service: name, region } }) {
    const { targetGroups, taskDefinition } = await reads.ecs.service(cluster, name);
    if (targetGroups.length === 0) return [notTried("no load balancer stands before the service")];
    const [containers, found] = await Promise.all([setup.containers(taskDefinition), setup.targetGroups(targetGroups)]);
    const bad = judgeTargetGroups({ name }, found).filter(({ level }) => level === "block");
    if (bad.length > 0) return bad.map(({ text, next = [] }) => fail(text, ...next));
    const groups = targetGroups.map(async (group) => ({ group, delay: await setup.deregistrationDelay(group) }));
    return (await Promise.all(groups)).map((group) => judgeDrain(group, containers, region));
  },
};

const LEAST_SECONDS = 30;
const MOST_SECONDS = 600;
const DOCUMENTED_SECONDS = 300;

export function judgeDrain(
  { group, delay }: { readonly group: string; readonly delay: number },
  containers: readonly ContainerSetup[],
  region?: string,
): CheckFinding {
  const stop = Math.max(0, ...containers.map(({ stopTimeout }) => stopTimeout));
  const name = group.split("/").at(-2) ?? group;
  const evidence = `${name}: an old task finishes its requests for ${delay} s, then has ${stop} s to end (stopTimeout)`;
  const Attributes = [{ Key: "deregistration_delay.timeout_seconds", Value: String(DOCUMENTED_SECONDS) }];
  const input = { TargetGroupArn: group, Attributes };
  const fix = awsLine({ service: "elb", name: "ModifyTargetGroupAttributes", input }, region);
  if (delay < LEAST_SECONDS) return warn(`${evidence}: longer requests are cut off at each rollout`, fix);
  if (delay > MOST_SECONDS)
    return warn(`${evidence}: after a rollback an old task keeps running for ${formatDuration(delay + stop)}`, fix);
  return ok(`${evidence}; so a bad one is gone ${formatDuration(delay + stop)} after its replacement`);
}
