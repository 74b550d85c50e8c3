import { WANTED_INDEX } from "../journal-table.ts";
import type { JsonObject } from "../json.ts";
import { attribute, ref, sub } from "./functions.ts";
import { allow, named, policy } from "./policy.ts";

/** Stays when the stack is deleted: it holds what was done to production. */
const KEPT = { DeletionPolicy: "Retain", UpdateReplacePolicy: "Retain" } as const;

const attributeOf = (name: string): JsonObject => ({ AttributeName: name, AttributeType: "S" });

const keys = (hash: string, range: string): readonly JsonObject[] => [
  { AttributeName: hash, KeyType: "HASH" },
  { AttributeName: range, KeyType: "RANGE" },
];

/** Who may use the table uses its key through DynamoDB alone. [D: DynamoDB encryption at rest, key policy] */
const KEY_POLICY = policy(
  named("Administer", {
    ...allow(["kms:*"], "*"),
    Principal: { AWS: sub("arn:{AWS::Partition}:iam::{AWS::AccountId}:root") },
  }),
  named("UseThroughDynamoDB", {
    ...allow(
      ["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:CreateGrant", "kms:DescribeKey"],
      "*",
      {
        StringEquals: {
          "kms:CallerAccount": ref("AWS::AccountId"),
          "kms:ViaService": sub("dynamodb.{AWS::Region}.{AWS::URLSuffix}"),
        },
      },
    ),
    Principal: { AWS: "*" },
  }),
);

/** The key that encrypts the table. */
export const tableKey = (description: string): JsonObject => ({
  Type: "AWS::KMS::Key",
  ...KEPT,
  Properties: { Description: description, EnableKeyRotation: true, KeyPolicy: KEY_POLICY },
});

/** The table of executions, plans, approvals and brakes. `key`: the resource that encrypts it. */
export const storeTable = (key: string, more: JsonObject = {}): JsonObject => ({
  Type: "AWS::DynamoDB::Table",
  ...KEPT,
  Properties: {
    TableName: ref("TableName"),
    BillingMode: "PAY_PER_REQUEST",
    AttributeDefinitions: ["pk", "sk", "listed", "at"].map(attributeOf),
    KeySchema: keys("pk", "sk"),
    GlobalSecondaryIndexes: [
      {
        // Only what begins and ends an execution is listed: the index stays small.
        IndexName: WANTED_INDEX.name,
        KeySchema: keys("listed", "at"),
        Projection: { ProjectionType: "INCLUDE", NonKeyAttributes: WANTED_INDEX.included },
      },
    ],
    SSESpecification: { SSEEnabled: true, SSEType: "KMS", KMSMasterKeyId: attribute(key, "Arn") },
    PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
    DeletionProtectionEnabled: true,
    ...more,
  },
});
