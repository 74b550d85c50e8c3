import { awsLine } from "../../domain/aws/cli-command.ts";
import type { ServiceSetup } from "../../domain/aws/setup.ts";
import { type Diagnosis, fail, ok, untried, warn } from "../../domain/diagnosis.ts";
import type { Target } from "../../domain/target.ts";
import type { Check } from "../doctor-check.ts";

/** Whether a deployment has room to start new tasks before it stops old ones: documented are 100 % and 200 %. */
export const capacity: Check = {
  id: "capacity",
  title: "Capacity",
  async examine({ reads, setup, target }) {
    const { cluster, service: name } = target;
    const [found, { desired }] = await Promise.all([setup.service(cluster, name), reads.ecs.service(cluster, name)]);
    return [found === undefined ? untried(`there is no service ${name}`) : judgeCapacity(found, desired, target)];
  },
};

export function judgeCapacity(
  { minimumHealthyPercent: least, maximumPercent: most, breaker }: ServiceSetup,
  desired: number,
  { cluster, service, region }: Target,
): Diagnosis {
  // The whole of it, so that nothing is left to what ECS makes of members that are not named.
  const deploymentConfiguration = {
    minimumHealthyPercent: 100,
    maximumPercent: 200,
    ...(breaker && { deploymentCircuitBreaker: breaker }),
  };
  const input = { cluster, service, deploymentConfiguration };
  const fix = awsLine({ service: "ecs", name: "UpdateService", input }, region);
  const extra = Math.floor((desired * most) / 100) - desired;
  const spare = desired - Math.ceil((desired * least) / 100);
  const evidence = `minimum ${least} %, maximum ${most} %`;
  if (desired > 0 && extra <= 0 && spare <= 0)
    return fail(
      `${evidence}: with ${desired} tasks ECS can neither start nor stop one, so a rollout stands still`,
      fix,
    );
  if (least < 100) return warn(`${evidence}: a rollout takes up to ${spare} of ${desired} tasks out of service`, fix);
  if (most < 200)
    return warn(`${evidence}: a rollout has room for ${extra} more tasks at a time, so it goes in waves`, fix);
  return ok(`${evidence}: new tasks start before old ones stop`);
}
