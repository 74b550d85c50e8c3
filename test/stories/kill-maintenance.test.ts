import { passThroughDeath } from "../support/stories/kill.ts";

passThroughDeath([
  {
    runbook: "maintenance-window",
    isLong: true,
    inputs: { via: "start", watch: 900 },
    mode: "do",
    reset: (rig) => rig.sandbox.reset("major-release"),
    writes: ["RegisterScalableTarget", "UpdateService", "UpdateService", "UpdateService", "RegisterScalableTarget"],
    revision: "vulcan-prod:43",
    migrations: 8,
  },
]);
