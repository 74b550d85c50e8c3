import type { Task } from "../../../domain/aws/ecs.ts";
import { clockTime } from "../../../domain/time.ts";
import { otherTargets, otherTasksAlive, type RolloutSnapshot } from "./snapshot.ts";
import { stopTime } from "./stopped-tasks.ts";

/**
 * The tasks of other revisions by how far they have come on their way to STOPPED, and their targets. [D: task lifecycle]
 * `3 tasks of vulcan-prod:42 are DEPROVISIONING, the last told to stop at 00:02:19Z`
 */
export function lingering(wanted: string, snapshot: RolloutSnapshot): readonly string[] {
  const others = otherTasksAlive(wanted, snapshot);
  const kinds = [...new Set(others.map(kindOf))];
  const draining = otherTargets(wanted, snapshot)
    .flat()
    .filter(({ state }) => state === "draining").length;
  return [
    ...kinds.map((kind) => lineOf(others.filter((task) => kindOf(task) === kind))),
    ...(draining === 0 ? [] : [`${draining} old ${draining === 1 ? "target drains" : "targets drain"}`]),
  ];
}

const kindOf = ({ status, taskDefinition }: Task): string => `of ${taskDefinition} %s ${status}`;

function lineOf(tasks: readonly Task[]): string {
  const [first] = tasks;
  if (first === undefined) return "";
  const told = tasks
    .map(stopTime)
    .filter((time) => time !== "")
    .sort()
    .at(-1);
  const kind = kindOf(first).replace("%s", tasks.length === 1 ? "is" : "are");
  return `${tasks.length} ${tasks.length === 1 ? "task" : "tasks"} ${kind}${told === undefined ? "" : `, the last told to stop at ${clockTime(told)}`}`;
}
