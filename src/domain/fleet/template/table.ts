import { sub } from "../../cloudformation/functions.ts";
import { storeTable, tableKey } from "../../cloudformation/store-table.ts";
import type { JsonObject } from "../../json.ts";

/** The table that executions, plans, approvals and brakes are in, where it is not there already. Deleting the stack keeps it. */
export const TABLE_RESOURCES: JsonObject = {
  TableKey: { Condition: "CreatesTable", ...tableKey("vulcan-ops: executions and plans") },
  Table: { Condition: "CreatesTable", ...storeTable("TableKey") },
};

/** Also where the stack does not make it. */
export const TABLE_ARN = sub("arn:{AWS::Partition}:dynamodb:{AWS::Region}:{AWS::AccountId}:table/{TableName}");
export const INDEX_ARN = sub(
  "arn:{AWS::Partition}:dynamodb:{AWS::Region}:{AWS::AccountId}:table/{TableName}/index/executions",
);
