import { passThroughDeath } from "../support/stories/kill.ts";

passThroughDeath([
  {
    runbook: "rollback-migration",
    isLong: true,
    isVariant: true,
    inputs: { steps: 2, via: "task" },
    mode: "do",
    reset: (rig) => rig.sandbox.reset("bad-but-healthy"),
    writes: ["UpdateService", "RunTask"],
    revision: "vulcan-prod:41",
    migrations: 6,
  },
]);
