import { expect } from "vitest";
import { type Case, passThroughDeath } from "../support/stories/kill.ts";
import { applied } from "../support/stories/maintenance.ts";

const IMAGE = "111122223333.dkr.ecr.eu-west-1.amazonaws.com/vulcan:2.0.0";

const CASES: readonly Case[] = [
  {
    runbook: "upgrade-service",
    isLong: true,
    inputs: { image: IMAGE, watch: 900 },
    mode: "do",
    reset: (rig) => rig.sandbox.reset("major-release"),
    writes: ["RegisterTaskDefinition", "UpdateService"],
    revision: "vulcan-prod:44",
    moments: 3,
    also: async () => expect(await applied()).toBe(8),
  },
];

passThroughDeath(CASES);
