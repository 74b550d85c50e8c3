import { passThroughDeath } from "../support/stories/kill.ts";

passThroughDeath([
  {
    runbook: "rollback-migration",
    isLong: true,
    inputs: { steps: 2, via: "exec" },
    mode: "do",
    reset: (rig) => rig.sandbox.reset("bad-but-healthy"),
    writes: ["UpdateTaskProtection", "UpdateService", "UpdateTaskProtection", "UpdateService", "UpdateService"],
    revision: "vulcan-prod:41",
    migrations: 6,
  },
]);
