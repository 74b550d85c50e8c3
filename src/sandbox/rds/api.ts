import type { ServiceApi } from "../http/operation.ts";
import { clusterOperations } from "./operations/clusters.ts";
import { createOperations } from "./operations/create.ts";
import { deleteOperations } from "./operations/delete.ts";
import { describeOperations } from "./operations/describe.ts";
import { inventoryOperations } from "./operations/inventory.ts";
import { logFileOperations } from "./operations/log-files.ts";
import { modifyOperations } from "./operations/modify.ts";
import { parameterOperations } from "./operations/parameters.ts";
import { restoreOperations } from "./operations/restore.ts";
import { snapshotOperations } from "./operations/snapshots.ts";
import { stopOperations } from "./operations/stop.ts";
import { subnetGroupOperations } from "./operations/subnet-groups.ts";
import { tagOperations } from "./operations/tags.ts";

export const rdsApi: ServiceApi = {
  scope: "rds",
  name: "rds",
  queryVersion: "2014-10-31",
  xmlNamespace: "http://rds.amazonaws.com/doc/2014-10-31/",
  // If RDS's schema does not name the items, as in EnabledCloudwatchLogsExports, they are called `member`. [V]
  xmlItems: {
    AccountQuotas: "AccountQuota",
    AssociatedRoles: "DBInstanceRole",
    DBInstanceAutomatedBackups: "DBInstanceAutomatedBackup",
    DBClusters: "DBCluster",
    DBEngineVersions: "DBEngineVersion",
    DBInstances: "DBInstance",
    DBParameterGroups: "DBParameterGroup",
    DBSecurityGroups: "DBSecurityGroup",
    DBSnapshots: "DBSnapshot",
    DBSubnetGroups: "DBSubnetGroup",
    DescribeDBLogFiles: "DescribeDBLogFilesDetails",
    PendingMaintenanceActions: "ResourcePendingMaintenanceActions",
    Subnets: "Subnet",
    DomainMemberships: "DomainMembership",
    EventCategories: "EventCategory",
    Events: "Event",
    OptionGroupMemberships: "OptionGroupMembership",
    Parameters: "Parameter",
    ReadReplicaDBInstanceIdentifiers: "ReadReplicaDBInstanceIdentifier",
    TagList: "Tag",
    ValidUpgradeTarget: "UpgradeTarget",
    VpcSecurityGroups: "VpcSecurityGroupMembership",
  },
  wording: { malformed: "InvalidParameterValue" },
  operations: {
    ...clusterOperations,
    ...describeOperations,
    ...restoreOperations,
    ...modifyOperations,
    ...deleteOperations,
    ...snapshotOperations,
    ...parameterOperations,
    ...tagOperations,
    ...createOperations,
    ...stopOperations,
    ...subnetGroupOperations,
    ...logFileOperations,
    ...inventoryOperations,
  },
};
