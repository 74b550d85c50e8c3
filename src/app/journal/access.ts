import { attribute, ref, sub } from "../../domain/cloudformation/functions.ts";
import { allow, itemsOf, named, policy, trust } from "../../domain/cloudformation/policy.ts";
import type { JsonObject } from "../../domain/json.ts";

const TABLE = attribute("Journal", "Arn");
const INDEX = sub("{Journal.Arn}/index/executions");

const READING: readonly JsonObject[] = [
  named("ReadRecords", allow(["dynamodb:GetItem", "dynamodb:Query"], TABLE, itemsOf("x#*"))),
  named("ListExecutions", allow(["dynamodb:Query"], INDEX, itemsOf("executions"))),
  named("SeeTable", allow(["dynamodb:DescribeContinuousBackups", "dynamodb:DescribeTable"], TABLE)),
];

/** Records are added, and neither changed in part nor deleted: no UpdateItem, no DeleteItem. */
const EXTENDING = named("AddRecords", allow(["dynamodb:PutItem"], TABLE, itemsOf("x#*")));

const managed = (what: string, statements: readonly JsonObject[]): JsonObject => ({
  Type: "AWS::IAM::ManagedPolicy",
  Properties: { Description: what, PolicyDocument: policy(...statements) },
});

const role = (managedPolicy: string): JsonObject => ({
  Type: "AWS::IAM::Role",
  Condition: "HasTrusted",
  Properties: {
    AssumeRolePolicyDocument: trust({ AWS: ref("TrustedPrincipals") }),
    ManagedPolicyArns: [ref(managedPolicy)],
  },
});

/** For roles of this account the policies; for others two roles to assume. */
export const accessResources: JsonObject = {
  OperatorPolicy: managed("Read and extend the shared journal of vulcan-ops", [...READING, EXTENDING]),
  ObserverPolicy: managed("Read the shared journal of vulcan-ops", READING),
  OperatorRole: role("OperatorPolicy"),
  ObserverRole: role("ObserverPolicy"),
};
