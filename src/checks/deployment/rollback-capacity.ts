import type { Service } from "../../domain/aws/ecs.ts";
import { block, ok, warn } from "../../domain/finding.ts";
import type { Finding } from "../../domain/operation.ts";
import type { RevertCheck } from "../check.ts";

export const room: RevertCheck = {
  asks: "whether the deployment has room to move",
  look: async ({ service }) => [judgeRoom(service)],
};

/** ECS's own arithmetic: it may start up to the ceiling and stop down to the floor (reference: ecs.md §2.3). */
export function judgeRoom({ desired, maximumPercent, minimumHealthyPercent }: Service): Finding {
  const ceiling = Math.floor((desired * maximumPercent) / 100);
  const floor = Math.ceil((desired * minimumHealthyPercent) / 100);
  const limits = `${minimumHealthyPercent} % to ${maximumPercent} % of ${desired} tasks`;
  if (desired === 0) return warn("room-none", "no task is wanted just now: a revert starts none, and proves nothing");
  if (ceiling <= desired && floor >= desired)
    return block("cannot-move", `the deployment cannot move: ${limits} let ECS neither start a task nor stop one`);
  if (ceiling < 2 * desired)
    return warn("room-little", `${limits}: only ${ceiling - desired} new tasks at a time, so the revert goes in turns`);
  return ok("room-enough", `${desired} tasks may become ${ceiling}: new ones start before an old one stops`);
}
