import type { LintRule } from "../../domain/lint.ts";
import { LINT_RULES } from "../../proof/rules.ts";
import { RUNBOOK_RULES, type Rule } from "../../runbook/rules.ts";

/** What a rehearsal in a sandbox may find. */
const REHEARSAL_RULES = {
  VOPS101: {
    title: "The runbook could not be carried out in a sandbox",
    explain:
      "It was run against a fresh sandbox without any trouble, every question answered with yes, and did not come to a good end. See for yourself: vulcan-ops rehearse RUNBOOK --scenario NAME.",
  },
  VOPS102: {
    title: "A fault in the middle was not survived",
    explain:
      "One request was refused, or its answer was lost. The execution has to end well, or stop and say so; what is not known must be known after `resume`.",
  },
  VOPS103: {
    title: "A request took effect more often than its steps were confirmed",
    explain:
      "The answer of a request was lost, and the request was sent again. It has to be read back first: a step sends once.",
  },
  VOPS104: {
    title: "The undo did not come to a good end",
    explain: "After a good run, `undo` takes back what can be taken back, step by step, and verifies it.",
  },
  VOPS105: {
    title: "An action proposes what cannot be undone, and does not declare it",
    explain: "Its code has to say `irreversible: true`, so that a runbook that uses it has to say why that is borne.",
  },
} as const satisfies Readonly<Record<string, Rule>>;

/** What the reads of a target may find. */
const TARGET_RULES = {
  VOPS201: {
    title: "The service is not as a revert needs it",
    explain: "It has to be ACTIVE and deployed by ECS itself.",
  },
  VOPS202: {
    title: "Rollouts have no room",
    explain: "At a minimum of 100 % and a maximum of 200 % new tasks start before old ones stop.",
  },
  VOPS203: { title: "The circuit breaker does not roll back", explain: "The documented automatic rollback needs it." },
  VOPS204: {
    title: "Health checks have drifted",
    explain: "Without a health check, a failing task keeps getting requests.",
  },
  VOPS205: {
    title: "The drain has drifted",
    explain: "300 s are documented: shorter cuts requests off, longer keeps a bad release answering.",
  },
  VOPS206: {
    title: "ECS Exec does not work",
    explain: "`migrate down` runs in a container that serves; without ECS Exec only --via task is left.",
  },
  VOPS207: {
    title: "The database cannot be restored to a recent moment",
    explain: "Point-in-time recovery is the last of the documented rollbacks. Its window has to be open, up to now.",
  },
  VOPS208: {
    title: "A documented alert is missing, has changed, or notifies no one",
    explain:
      "A rule sends failed deployments; HealthyHostCount < 1 and DatabaseConnections > 80 % of the maximum are alarms.",
  },
  VOPS209: {
    title: "The alarm on connections does not fit max_connections",
    explain: "It has to fire at 80 % of what the parameter group sets; one of the two was changed.",
  },
  VOPS210: {
    title: "The revision to go back to is INACTIVE",
    explain: "ECS deploys no deregistered task definition. Register it again before it is needed.",
  },
  VOPS211: {
    title: "Something is left over from a maintenance",
    explain:
      "A run changed the size or the scaling for itself, and its restoring step has not run. A journal or a mute rule knows.",
  },
  VOPS212: {
    title: "Alarms are muted",
    explain: "A mute rule keeps alarms silent. Outside a maintenance window it is a leftover: delete it.",
  },
  VOPS220: {
    title: "The runbook is blocked now",
    explain: "Planned against the target as it is, one of its checks says that it could not be carried out.",
  },
  VOPS221: {
    title: "The runbook cannot be planned now",
    explain: "The target is not such that this procedure could begin; that may be as it should be.",
  },
  VOPS222: {
    title: "A write was about to be sent, and was refused",
    explain:
      "While reading, every request that is not on the list of reads is refused before it leaves. This is a defect.",
  },
  VOPS223: {
    title: "A part of the inspection was not done",
    explain: "Credentials, the network or this machine did not allow it. What needs none of them was inspected.",
  },
} as const satisfies Readonly<Record<string, Rule>>;

export type InspectionRule = keyof typeof REHEARSAL_RULES | keyof typeof TARGET_RULES;

/** Every rule by its published id. */
export const RULES: Readonly<Record<string, Rule>> = {
  ...RUNBOOK_RULES,
  ...REHEARSAL_RULES,
  ...TARGET_RULES,
  ...explained(LINT_RULES),
};

/** The rules about migrations have a name beside their id, and what to do in place of them. */
function explained(rules: Readonly<Record<string, LintRule>>): Readonly<Record<string, Rule>> {
  const entries = Object.entries(rules).map(([id, { name, title, why, fix, severity }]): readonly [string, Rule] => [
    id,
    {
      title,
      explain: `${why}\n\nFix: ${fix}\n\nlint: ${severity}. In SQL: -- vulcan-ops: allow ${name} because …`,
    },
  ]);
  return Object.fromEntries(entries);
}
