import { DescribeDBInstancesCommand, RDSClient } from "@aws-sdk/client-rds";
import { expect } from "vitest";
import { passThroughDeath } from "../support/stories/kill.ts";

const COPY = "vulcan-prod-before";

/** Of this execution, exactly one new instance; of its settings, none but the source's. */
async function oneInstance(): Promise<void> {
  const { DBInstances = [] } = await new RDSClient({}).send(new DescribeDBInstancesCommand({}));
  const found = DBInstances.map(({ DBInstanceIdentifier, MultiAZ, MonitoringInterval }) => ({
    DBInstanceIdentifier,
    MultiAZ,
    MonitoringInterval,
  }));
  const alike = { MultiAZ: true, MonitoringInterval: 60 };
  expect(found).toEqual([
    { DBInstanceIdentifier: "vulcan-prod", ...alike },
    { DBInstanceIdentifier: COPY, ...alike },
  ]);
}

/** A first backup would take the instance out of `available` now and then: here, after the story. */
const LATER = { dbFirstBackup: 24 * 3600 * 1000 };

passThroughDeath(
  [
    {
      runbook: "restore-database",
      isLong: true,
      inputs: { latest: true, as: COPY },
      mode: "do",
      reset: (rig) => rig.sandbox.reset("healthy"),
      writes: ["RestoreDBInstanceToPointInTime", "ModifyDBInstance"],
      revision: "vulcan-prod:42",
      also: oneInstance,
    },
  ],
  LATER,
);
