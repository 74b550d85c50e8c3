import type { Clients } from "./client/clients.ts";
import { needed } from "./client/needed.ts";

const ATTRIBUTE = "deregistration_delay.timeout_seconds";

/** Where the target group does not name it. [D: TargetGroupAttribute] */
const DEFAULT_SECONDS = 300;

/** Seconds for which a target group lets a deregistered target finish its requests. */
export async function readDrainSeconds(clients: Clients, TargetGroupArn: string): Promise<number> {
  const [elb, { DescribeTargetGroupAttributesCommand }] = await Promise.all([clients.elb(), import("./sdk/elb.ts")]);
  const answer = await elb.send(new DescribeTargetGroupAttributesCommand({ TargetGroupArn }));
  const found = needed(answer.Attributes, "Attributes").find(({ Key }) => Key === ATTRIBUTE);
  if (found === undefined) return DEFAULT_SECONDS;
  const seconds = /^\d+$/.test(found.Value ?? "") ? Number(found.Value) : undefined;
  return needed(seconds, `number in ${ATTRIBUTE}`);
}
