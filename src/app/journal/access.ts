import { allow, attribute, type Part, policy, ref, sub, trust } from "./intrinsic.ts";

const TABLE = attribute("Journal", "Arn");
const INDEX = sub("{Journal.Arn}/index/executions");

/** Items whose key begins so: for other items the statement allows nothing. [D: IAM conditions of DynamoDB] */
const leading = (...keys: readonly string[]) => ({
  Condition: { "ForAllValues:StringLike": { "dynamodb:LeadingKeys": keys } },
});

const READING: readonly Part[] = [
  allow("ReadRecords", ["dynamodb:GetItem", "dynamodb:Query"], TABLE, leading("x#*")),
  allow("ListExecutions", ["dynamodb:Query"], INDEX, leading("executions")),
  allow("SeeTable", ["dynamodb:DescribeContinuousBackups", "dynamodb:DescribeTable"], TABLE),
];

/** Records are added, and neither changed in part nor deleted: no UpdateItem, no DeleteItem. */
const EXTENDING = allow("AddRecords", ["dynamodb:PutItem"], TABLE, leading("x#*"));

const managed = (what: string, statements: readonly Part[]): Part => ({
  Type: "AWS::IAM::ManagedPolicy",
  Properties: { Description: what, PolicyDocument: policy(...statements) },
});

const role = (managedPolicy: string): Part => ({
  Type: "AWS::IAM::Role",
  Condition: "HasTrusted",
  Properties: {
    AssumeRolePolicyDocument: trust({ AWS: ref("TrustedPrincipals") }),
    ManagedPolicyArns: [ref(managedPolicy)],
  },
});

/** For roles of this account the policies; for others two roles to assume. */
export const accessResources: Readonly<Record<string, Part>> = {
  OperatorPolicy: managed("Read and extend the shared journal of vulcan-ops", [...READING, EXTENDING]),
  ObserverPolicy: managed("Read the shared journal of vulcan-ops", READING),
  OperatorRole: role("OperatorPolicy"),
  ObserverRole: role("ObserverPolicy"),
};
