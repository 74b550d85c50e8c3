import { AwsError } from "../../http/aws-error.ts";
import { flag, text } from "../../http/input.ts";
import { type Operation, reading } from "../../http/operation.ts";
import { instanceArn } from "../find.ts";
import { pageOf } from "../input.ts";
import { ENGINE_VERSION, FAMILY } from "../parameters.ts";

/** Reads of what this account has none of, and of the one engine that it can run. */
export const inventoryOperations: Readonly<Record<string, Operation>> = {
  /** Nothing waits for a maintenance window but what ModifyDBInstance has put there, which AWS does not list here. [D] */
  DescribePendingMaintenanceActions: reading((world, input) => {
    const arn = text(input, "ResourceIdentifier");
    const isKnown = [...world.rds.instances.keys()].some((name) => instanceArn(world, name) === arn);
    if (arn !== undefined && !isKnown) {
      throw new AwsError("ResourceNotFoundFault", `The specified resource ${arn} is not found.`, 404);
    }
    const { items } = pageOf([], input, "maintenance");
    return { PendingMaintenanceActions: items };
  }),

  DescribeDBEngineVersions: reading((_world, input) => {
    const engine = text(input, "Engine");
    if (engine !== "postgres") {
      const asked = engine === undefined ? "all engines" : engine;
      throw new AwsError("NotImplemented", `The sandbox knows the versions of postgres alone, not of ${asked}.`, 501);
    }
    const version = text(input, "EngineVersion") ?? ENGINE_VERSION;
    const isKnown = [ENGINE_VERSION, ENGINE_VERSION.split(".")[0]].includes(version);
    const family = text(input, "DBParameterGroupFamily") ?? FAMILY;
    const known = {
      Engine: "postgres",
      MajorEngineVersion: ENGINE_VERSION.split(".")[0],
      EngineVersion: ENGINE_VERSION,
      DBParameterGroupFamily: FAMILY,
      DBEngineDescription: "PostgreSQL",
      DBEngineVersionDescription: `PostgreSQL ${ENGINE_VERSION}`,
      ValidUpgradeTarget: [],
      ExportableLogTypes: ["postgresql", "upgrade", "iam-db-auth-error"],
      SupportsLogExportsToCloudwatchLogs: true,
      SupportsReadReplica: true,
      Status: "available",
    };
    if (flag(input, "IncludeAll") === true)
      throw new AwsError("NotImplemented", "The sandbox knows no retired versions.", 501);
    return { DBEngineVersions: isKnown && family === FAMILY ? [known] : [] };
  }),
};
