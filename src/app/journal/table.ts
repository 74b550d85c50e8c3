import { allow, attribute, either, NOTHING, type Part, policy, ref, sub } from "./intrinsic.ts";

/** Stays when the stack goes: it holds what was done to production. */
const KEPT = { DeletionPolicy: "Retain", UpdateReplacePolicy: "Retain" } as const;

const attributeOf = (name: string): Part => ({ AttributeName: name, AttributeType: "S" });
const keys = (hash: string, range: string): Part => [
  { AttributeName: hash, KeyType: "HASH" },
  { AttributeName: range, KeyType: "RANGE" },
];

/** Who may use the table uses its key through DynamoDB alone. [D: DynamoDB encryption at rest, key policy] */
const keyPolicy: Part = policy(
  allow("Administer", ["kms:*"], "*", { Principal: { AWS: sub("arn:{AWS::Partition}:iam::{AWS::AccountId}:root") } }),
  allow(
    "UseThroughDynamoDB",
    ["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:CreateGrant", "kms:DescribeKey"],
    "*",
    {
      Principal: { AWS: "*" },
      Condition: {
        StringEquals: {
          "kms:CallerAccount": ref("AWS::AccountId"),
          "kms:ViaService": sub("dynamodb.{AWS::Region}.{AWS::URLSuffix}"),
        },
      },
    },
  ),
);

/** The table, and the key that encrypts it. */
export const tableResources: Readonly<Record<string, Part>> = {
  JournalKey: {
    Type: "AWS::KMS::Key",
    ...KEPT,
    Properties: {
      Description: "Encrypts the shared journal of vulcan-ops",
      EnableKeyRotation: true,
      KeyPolicy: keyPolicy,
    },
  },
  Journal: {
    Type: "AWS::DynamoDB::Table",
    ...KEPT,
    Properties: {
      TableName: ref("TableName"),
      BillingMode: "PAY_PER_REQUEST",
      AttributeDefinitions: ["pk", "sk", "listed", "at"].map(attributeOf),
      KeySchema: keys("pk", "sk"),
      GlobalSecondaryIndexes: [
        {
          IndexName: "executions",
          KeySchema: keys("listed", "at"),
          Projection: { ProjectionType: "INCLUDE", NonKeyAttributes: ["target", "end"] },
        },
      ],
      SSESpecification: { SSEEnabled: true, SSEType: "KMS", KMSMasterKeyId: attribute("JournalKey", "Arn") },
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      DeletionProtectionEnabled: true,
      KinesisStreamSpecification: either("HasArchive", { StreamArn: attribute("ArchiveStream", "Arn") }, NOTHING),
    },
  },
};
