import { type Case, passThroughDeath } from "../support/stories/kill.ts";

const CASES: readonly Case[] = [
  {
    runbook: "rollback-service",
    inputs: {},
    mode: "do",
    reset: (rig) => rig.sandbox.reset("bad-release"),
    writes: ["StopServiceDeployment"],
    revision: "vulcan-prod:42",
  },
  {
    runbook: "rollback-service",
    inputs: { by: "update" },
    mode: "do",
    reset: (rig) => rig.sandbox.reset("bad-release"),
    writes: ["UpdateService"],
    revision: "vulcan-prod:42",
  },
  {
    runbook: "rollback-service",
    inputs: {},
    mode: "undo",
    reset: (rig) => rig.sandbox.reset("bad-but-healthy"),
    writes: ["UpdateService", "UpdateService"],
    revision: "vulcan-prod:43",
  },
];

passThroughDeath(CASES);
