import { defineAction, type StepPlan } from "../../domain/action.ts";
import { muteRulePrefix } from "../../domain/aws/alarms.ts";
import { summariseFindings } from "../../domain/finding.ts";
import type { ActionServices } from "../../domain/services.ts";
import { MINUTE } from "../../domain/watch/series.ts";
import { type MaintenanceInputs, maintenanceInputFields } from "./inputs.ts";
import { type Preflight, preflight } from "./preflight.ts";
import { readingOnce } from "./reading-once.ts";
import { windowFacts } from "./window-facts.ts";
import { readRelease, type WindowRelease } from "./window-release.ts";

/** The mute rule lasts this much longer than the window, so that a delay does not raise alarms at once. */
const SPARE_MS = 10 * MINUTE;

interface Observation extends Preflight, WindowRelease {}

/** Checks everything that could prevent a window, and fixes the values that every later step uses. */
export const checkMaintenance = defineAction<ActionServices, typeof maintenanceInputFields, Observation>({
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
  async observe(given, context) {
    const once = readingOnce(context);
    const seen = await preflight(given, once);
    const release = await readRelease(seen.service, seen.bring, given.image, once);
    return { kind: "observed", value: { ...seen, ...release } };
  },
  plan: (given, observation) => planCheck(given, observation),
});

function planCheck({ image, expect, watch }: MaintenanceInputs, observation: Observation): StepPlan {
  const { service, bring, window, findings, change, now } = observation;
  const { told, newest } = observation;
  const { opens, closes } = window;
  return {
    summary: summariseFindings(change, findings),
    goal: `migrate ${service.name} ${change} in a maintenance window`,
    facts: windowFacts({ window, migrations: { told, newest, image }, expect, watch, now }),
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
