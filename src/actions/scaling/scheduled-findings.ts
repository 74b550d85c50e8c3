import type { ScheduledScaling } from "../../domain/aws/ecs.ts";
import { commandLine, option } from "../../domain/command-line.ts";
import { notChecked, warn } from "../../domain/finding.ts";
import type { Finding } from "../../domain/operation.ts";
import { dueWithin } from "../../domain/schedule.ts";
import type { Target } from "../../domain/target.ts";

/**
 * What is scheduled while scaling is suspended does not happen, and is not made up for: afterwards the minimum is put
 * back as it was before. [I]
 */
export function scheduledFindings(
  scheduled: readonly ScheduledScaling[] | Error,
  { from, until }: { readonly from: number; readonly until: number },
  target: Pick<Target, "cluster" | "service">,
): Finding[] {
  if (scheduled instanceof Error) return [notChecked("scheduled scaling actions", scheduled.message)];
  return scheduled.flatMap((one) => {
    const due = dueWithin(one.schedule, one.zone, from, until);
    if (due === "not due") return [];
    const when = `${one.schedule}${one.zone === undefined ? "" : ` ${one.zone}`}`;
    const what = `scheduled scaling ${one.name} (${when}, ${sizes(one)}) ${due === "due" ? "is" : "may be"} due meanwhile`;
    return [warn("scheduled-scaling", `${what}: it is suspended, and not made up for`, [lineOf(one, target)])];
  });
}

function sizes({ least, most }: ScheduledScaling): string {
  const all = [least !== undefined && `minimum ${least}`, most !== undefined && `maximum ${most}`];
  return all.filter((one) => one !== false).join(", ") || "no size";
}

/** What it would have set, by hand. */
function lineOf({ least, most }: ScheduledScaling, { cluster, service }: Pick<Target, "cluster" | "service">): string {
  const words = [
    ...(least === undefined ? [] : option("min-capacity", String(least))),
    ...(most === undefined ? [] : option("max-capacity", String(most))),
  ];
  const resource = `service/${cluster}/${service}`;
  return commandLine`aws application-autoscaling register-scalable-target --service-namespace ecs --scalable-dimension ecs:service:DesiredCount --resource-id ${resource} ${words}`;
}
