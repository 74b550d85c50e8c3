import { AwsError } from "../../http/aws-error.ts";
import { text } from "../../http/input.ts";
import { type Operation, reading } from "../../http/operation.ts";

/** A world without clusters, and without Blue/Green deployments of RDS: none is found, as AWS says it. */
export const clusterOperations: Readonly<Record<string, Operation>> = {
  DescribeDBClusters: reading((_world, input) => {
    const name = text(input, "DBClusterIdentifier");
    if (name !== undefined) throw new AwsError("DBClusterNotFoundFault", `DBCluster ${name} not found.`, 404);
    return { DBClusters: [] };
  }),

  DescribeBlueGreenDeployments: reading((_world, input) => {
    const name = text(input, "BlueGreenDeploymentIdentifier");
    if (name !== undefined)
      throw new AwsError("BlueGreenDeploymentNotFoundFault", `BlueGreenDeployment ${name} not found.`, 404);
    return { BlueGreenDeployments: [] };
  }),
};
