import type { ServiceApi } from "../http/operation.ts";
import { clusterOperations } from "./operations/clusters.ts";
import { deleteOperations } from "./operations/delete.ts";
import { describeOperations } from "./operations/describe.ts";
import { modifyOperations } from "./operations/modify.ts";
import { parameterOperations } from "./operations/parameters.ts";
import { restoreOperations } from "./operations/restore.ts";
import { snapshotOperations } from "./operations/snapshots.ts";
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
    DBInstances: "DBInstance",
    DBParameterGroups: "DBParameterGroup",
    DBSecurityGroups: "DBSecurityGroup",
    DBSnapshots: "DBSnapshot",
    DomainMemberships: "DomainMembership",
    EventCategories: "EventCategory",
    Events: "Event",
    OptionGroupMemberships: "OptionGroupMembership",
    Parameters: "Parameter",
    ReadReplicaDBInstanceIdentifiers: "ReadReplicaDBInstanceIdentifier",
    TagList: "Tag",
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
  },
};
