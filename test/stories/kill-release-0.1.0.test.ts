import { type Case, passThroughDeath } from "../support/stories/kill.ts";

/** Release 0.1.0 dies, and this one goes on from its journal. */
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
    inputs: {},
    mode: "undo",
    reset: (rig) => rig.sandbox.reset("bad-but-healthy"),
    writes: ["UpdateService", "UpdateService"],
    revision: "vulcan-prod:43",
  },
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
  {
    runbook: "maintenance-window",
    isLong: true,
    isVariant: true,
    inputs: { via: "start", watch: 900 },
    mode: "do",
    reset: (rig) => rig.sandbox.reset("major-release"),
    writes: ["RegisterScalableTarget", "UpdateService", "UpdateService", "UpdateService", "RegisterScalableTarget"],
    revision: "vulcan-prod:43",
    migrations: 8,
  },
];

passThroughDeath(CASES.map((each) => ({ ...each, release: "0.1.0" }) as const));
