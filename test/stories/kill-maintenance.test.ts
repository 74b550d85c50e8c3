import { afterAll } from "vitest";
import { passThroughDeath } from "../support/stories/kill.ts";
import { configured } from "../support/stories/maintenance.ts";

const config = configured("vulcan-prod-5xx", "sandbox");
afterAll(() => config.close());

passThroughDeath([
  {
    runbook: "maintenance-window",
    isLong: true,
    inputs: { via: "start", watch: 900 },
    mode: "do",
    reset: (rig) => {
      process.env.VULCAN_OPS_CONFIG = config.env.VULCAN_OPS_CONFIG;
      return rig.sandbox.reset("major-release");
    },
    writes: [
      "CreateSchedule",
      "RegisterScalableTarget",
      ...["UpdateService", "UpdateService", "UpdateService"],
      "RegisterScalableTarget",
      "DeleteSchedule",
    ],
    revision: "vulcan-prod:43",
    migrations: 8,
  },
]);
