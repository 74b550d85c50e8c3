import { canonical, type Json } from "../json.ts";
import type { Plan } from "../plan.ts";

/** Targets whose plans send the same, but for the names of what they send it to. */
export interface EqualChanges {
  /** What they do, in one clause: `roll back :43 → :42`. */
  readonly title: string;
  readonly targets: readonly string[];
}

/** The largest group first; of equal ones the first by name. */
export function groupEqual(plans: readonly Plan[]): readonly EqualChanges[] {
  const groups = new Map<string, { readonly title: string; readonly targets: string[] }>();
  for (const plan of plans) {
    const key = changesKey(plan);
    const group = groups.get(key) ?? { title: titleOf(plan), targets: [] };
    group.targets.push(plan.target.name);
    groups.set(key, group);
  }
  return [...groups.values()].sort(
    (a, b) => b.targets.length - a.targets.length || ((a.targets[0] ?? "") < (b.targets[0] ?? "") ? -1 : 1),
  );
}

function changesKey(plan: Plan): string {
  const steps = [...plan.steps, ...plan.finally].filter(
    ({ operation, changes }) => operation !== null || changes.length > 0,
  );
  const sent = steps.map(({ id, changes, operation }) => ({ id, changes, operation }));
  return withoutNames(canonical(sent as unknown as Json), plan);
}

/** Its own names read the same for each target: cluster, service, database, account, region; and revisions by number. */
function withoutNames(text: string, { target, caller }: Plan): string {
  const names = [
    target.service,
    target.cluster,
    target.database,
    target.account ?? caller.account,
    target.region ?? "",
  ];
  const longestFirst = names.filter((name) => name !== "").sort((a, b) => b.length - a.length);
  const unnamed = longestFirst.reduce(
    (sum, name) => sum.replace(new RegExp(`(?<![\\w-])${name.replace(/[^\w-]/g, "\\$&")}(?![\\w-])`, "g"), "§"),
    text,
  );
  return unnamed.replace(/"(?:arn:[^"]*:task-definition\/)?[\w§-]+(:\d+)"/g, '"$1"');
}

function titleOf(plan: Plan): string {
  const goal = plan.steps.find((step) => step.goal !== undefined)?.goal;
  if (goal !== undefined) return goal;
  const change = plan.steps.flatMap(({ changes }) => changes)[0];
  if (change === undefined) return plan.runbook.title.toLowerCase();
  return `${change.property} ${shown(change.before)} → ${shown(change.after)}`;
}

const shown = (value: Json): string => (typeof value === "string" ? value : canonical(value));
