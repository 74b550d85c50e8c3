import { defineAction, type StepPlan } from "../../domain/action.ts";
import { muteRulePrefix } from "../../domain/aws/alarms.ts";
import { summariseFindings } from "../../domain/finding.ts";
import type { ActionServices } from "../../domain/services.ts";
import { MINUTE } from "../../domain/watch/series.ts";
import { maintenanceInputFields } from "./inputs.ts";
import { type Preflight, preflight } from "./preflight.ts";
import { windowFacts } from "./window-facts.ts";

/** The mute rule lasts this much longer than the window, so that a delay does not raise alarms at once. */
const SPARE_MS = 10 * MINUTE;

/** Checks everything that could prevent a window, and fixes the values that every later step uses. */
export const checkMaintenance = defineAction<ActionServices, typeof maintenanceInputFields, Preflight>({
  name: "maintenance.check",
  summary: "Run pre-flight checks of a window: time, deployments, backups, load, connections, health check.",
  risk: "read",
  closes: "closes",
  inputs: maintenanceInputFields,
  outputs: {
    taskDefinition: { type: "taskDefinition", description: "registered revision to deploy or copy" },
    opens: { type: "time", description: "when the window begins" },
    closes: { type: "time", description: "when it ends" },
    muteFor: { type: "duration", description: "from its beginning until 10 min after its end" },
    rule: { type: "string", description: "name of the mute rule" },
  },
  observe: async (given, context) => ({ kind: "observed", value: await preflight(given, context) }),
  plan: (_given, observation) => planCheck(observation),
});

function planCheck(preflight: Preflight): StepPlan {
  const { service, bring, window, findings, change } = preflight;
  const { opens, closes } = window;
  return {
    summary: summariseFindings(change, findings),
    goal: `migrate ${service.name} ${change} in a maintenance window`,
    facts: windowFacts(preflight),
    changes: [],
    findings,
    outputs: {
      taskDefinition: bring,
      opens,
      closes,
      muteFor: Math.max(0, Date.parse(closes) - Date.parse(opens) + SPARE_MS) / 1000,
      rule: `${muteRulePrefix(service.name)}${opens.slice(0, 16).replace(/\D/g, "")}`,
    },
  };
}
