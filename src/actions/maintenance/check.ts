import { defineAction, type StepPlan } from "../../domain/action.ts";
import { tally } from "../../domain/finding.ts";
import type { World } from "../../domain/services.ts";
import { MINUTE } from "../../domain/watch/series.ts";
import { wishInputs } from "./inputs.ts";
import { type Preflight, preflight } from "./preflight.ts";

/** The mute rule outlasts the window by so much: what is late then is not told at once. */
const SPARE_MS = 10 * MINUTE;

/** Looks at everything that speaks against a window, and fixes what every later step goes by. */
export const checkMaintenance = defineAction<World, typeof wishInputs, Preflight>({
  name: "maintenance.check",
  summary: "Check what a maintenance window would meet: time, deployments, backups, load, connections, health check.",
  risk: "read",
  inputs: wishInputs,
  outputs: {
    taskDefinition: { type: "taskDefinition", description: "the registered revision to bring, or to copy" },
    opens: { type: "time", description: "when the window begins" },
    closes: { type: "time", description: "when it ends" },
    muteFor: { type: "duration", description: "from its beginning until ten minutes after its end" },
    rule: { type: "string", description: "name of the mute rule" },
  },
  observe: async (given, looking) => ({ kind: "observed", value: await preflight(given, looking) }),
  plan: (_given, seen) => planCheck(seen),
});

function planCheck({ service, bring, window, findings }: Preflight): StepPlan {
  const { opens, closes } = window;
  return {
    summary: tally(`${service.taskDefinition} → ${bring}`, findings),
    changes: [],
    findings,
    outputs: {
      taskDefinition: bring,
      opens,
      closes,
      muteFor: Math.max(0, Date.parse(closes) - Date.parse(opens) + SPARE_MS) / 1000,
      rule: `vulcan-ops-${service.name}-${opens.slice(0, 16).replace(/\D/g, "")}`,
    },
  };
}
