import { revisionText } from "../aws/named-revision.ts";
import { roughDuration } from "../rough-duration.ts";
import { type Action, caseOf, rollbackGoal } from "./case.ts";
import { situationOf } from "./situation.ts";
import type { TargetStatus } from "./target-status.ts";

/** What a choice of the menu runs. */
export type MenuDeed = Action["do"] | "plan" | "history" | "undo" | "all";

export interface MenuItem {
  readonly deed: MenuDeed;
  readonly label: string;
  /** Why one would, or what happens then. */
  readonly hint?: string;
  /** Of `resume`, `show`, `unlock` and `undo`. */
  readonly execution?: string;
  /** Of `logs`: that of the tasks that failed, if any did. */
  readonly revision?: string;
}

export interface MenuFacts {
  /** The newest execution here on this target that changed something which stands. */
  readonly undoable?: string | undefined;
  /** The configuration has several targets. */
  readonly hasTargets?: boolean;
}

/** The first item is what one should do now. What cannot be done is not offered, nor is a rollback that may do harm. */
export function menuOf(status: TargetStatus, { undoable, hasTargets = false }: MenuFacts = {}): readonly MenuItem[] {
  const { action, tone } = situationOf(status);
  const { name } = caseOf(status);
  const goal = tone === "progress" || action.do === "resume" ? undefined : rollbackGoal(status);
  const logs = logsItem(status, tone === "failing");
  const first = action.do === "logs" ? { ...logs, hint: action.why } : firstItem(action, name);
  const rollback = goal !== undefined && action.do !== "rollback" ? [rollbackItem(goal, name)] : [];
  const all: readonly MenuItem[] = [
    first,
    ...rollback,
    ...(goal === undefined ? [] : [{ deed: "plan", label: "Dry run: show the rollback plan" } as const]),
    logs,
    { deed: "watch", label: "Watch" },
    { deed: "doctor", label: "Doctor" },
    { deed: "history", label: "History" },
    ...(undoable === undefined || isUnfinished(undoable, status)
      ? []
      : [{ deed: "undo", label: `Undo ${undoable}`, execution: undoable } as const]),
    ...(hasTargets ? [{ deed: "all", label: "All targets" } as const] : []),
  ];
  return all.filter(({ deed }, index) => index === 0 || deed !== first.deed);
}

/** It is resumed, shown or unlocked first. */
const isUnfinished = (id: string, { leftovers }: TargetStatus): boolean =>
  leftovers.known && leftovers.value.some(({ execution }) => execution === id);

function logsItem({ lastLog, service }: TargetStatus, isFailing: boolean): MenuItem {
  if (lastLog?.known !== true) return { deed: "logs", label: "Logs" };
  const name = lastLog.value.taskDefinition;
  const revision = service.known ? revisionText(name, service.value.taskDefinition) : name;
  const label = isFailing ? "Logs of the failing tasks" : `Logs of ${revision === name ? name : `:${revision}`}`;
  return { deed: "logs", label, revision };
}

function firstItem(
  action: Exclude<Action, { readonly do: "logs" }>,
  name: (taskDefinition: string) => string,
): MenuItem {
  switch (action.do) {
    case "rollback":
      return { ...rollbackItem(action.to, name), hint: `${action.why}; shows the plan, then asks` };
    case "resume":
    case "show":
    case "unlock": {
      const verb = { resume: "Resume", show: "Show", unlock: "Unlock" }[action.do];
      return { deed: action.do, label: `${verb} ${action.execution}`, execution: action.execution, hint: action.why };
    }
    default:
      return { deed: action.do, label: FIRST[action.do], hint: action.why };
  }
}

const WATCH_S = 600;

const FIRST: Readonly<Record<"watch" | "doctor", string>> = {
  watch: `Watch for ${roughDuration(WATCH_S)}`,
  doctor: "Doctor",
};

const rollbackItem = (to: string, name: (taskDefinition: string) => string): MenuItem => ({
  deed: "rollback",
  label: `Roll back to ${name(to)}`,
  hint: "shows the plan, then asks",
});
