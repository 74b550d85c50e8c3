import { AwsError } from "../wire/aws-error.ts";
import { text } from "../wire/input.ts";
import { reading, type ServiceRoom } from "../wire/operation.ts";
import type { Output } from "../wire/payload.ts";
import type { DatabaseInstance, World } from "../world.ts";

/** An instance as DescribeDBInstances shows it; its endpoint is the real server on this machine. */
function instanceView(world: World, instance: DatabaseInstance): Output {
  return {
    DBInstanceIdentifier: instance.identifier,
    DBInstanceClass: instance.instanceClass,
    Engine: "postgres",
    EngineVersion: instance.engineVersion,
    DBInstanceStatus: "available",
    MasterUsername: instance.address.user,
    DBName: instance.address.database,
    Endpoint: { Address: instance.address.host, Port: instance.address.port },
    AllocatedStorage: 100,
    InstanceCreateTime: new Date(instance.createdAt),
    BackupRetentionPeriod: 7,
    LatestRestorableTime: new Date(world.clock.now() - world.timings.restorableLag),
    MultiAZ: true,
    DeletionProtection: true,
    StorageEncrypted: true,
    AvailabilityZone: `${world.region}a`,
    DBInstanceArn: `arn:aws:rds:${world.region}:${world.account}:db:${instance.identifier}`,
  };
}

export const rdsRoom: ServiceRoom = {
  scope: "rds",
  name: "rds",
  queryVersion: "2014-10-31",
  xmlNamespace: "http://rds.amazonaws.com/doc/2014-10-31/",
  xmlItems: { DBInstances: "DBInstance" },
  operations: {
    DescribeDBInstances: reading((world, input) => {
      const identifier = text(input, "DBInstanceIdentifier");
      const found = world.instances.filter(
        (instance) => identifier === undefined || instance.identifier === identifier,
      );
      if (identifier !== undefined && found.length === 0) {
        throw new AwsError("DBInstanceNotFound", `DBInstance ${identifier} not found.`, 404);
      }
      return { DBInstances: found.map((instance) => instanceView(world, instance)) };
    }),
  },
};
