// biome-ignore-all lint/suspicious/noTemplateCurlyInString: CloudFormation's own form
import type { JsonObject } from "../../json.ts";
import { attribute, ref, sub } from "./intrinsics.ts";

/** The table that executions, plans, approvals and brakes are in. Deleting the stack keeps it. */
export const TABLE_RESOURCES: JsonObject = {
  TableKey: {
    Type: "AWS::KMS::Key",
    Condition: "CreatesTable",
    DeletionPolicy: "Retain",
    UpdateReplacePolicy: "Retain",
    Properties: {
      Description: "vulcan-ops: executions and plans",
      EnableKeyRotation: true,
      KeyPolicy: {
        Version: "2012-10-17",
        Statement: [
          {
            Effect: "Allow",
            Principal: { AWS: sub("arn:${AWS::Partition}:iam::${AWS::AccountId}:root") },
            Action: "kms:*",
            Resource: "*",
          },
          {
            // By DynamoDB alone: a policy of the table is then all that a role needs.
            Effect: "Allow",
            Principal: { AWS: "*" },
            Action: [
              "kms:CreateGrant",
              "kms:Decrypt",
              "kms:DescribeKey",
              "kms:Encrypt",
              "kms:GenerateDataKey*",
              "kms:ReEncrypt*",
            ],
            Resource: "*",
            Condition: {
              StringEquals: {
                "kms:CallerAccount": ref("AWS::AccountId"),
                "kms:ViaService": sub("dynamodb.${AWS::Region}.amazonaws.com"),
              },
            },
          },
        ],
      },
    },
  },
  Table: {
    Type: "AWS::DynamoDB::Table",
    Condition: "CreatesTable",
    DeletionPolicy: "Retain",
    UpdateReplacePolicy: "Retain",
    Properties: {
      TableName: ref("TableName"),
      BillingMode: "PAY_PER_REQUEST",
      DeletionProtectionEnabled: true,
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      SSESpecification: { SSEEnabled: true, SSEType: "KMS", KMSMasterKeyId: attribute("TableKey", "Arn") },
      AttributeDefinitions: ["pk", "sk", "listed", "at"].map((AttributeName) => ({
        AttributeName,
        AttributeType: "S",
      })),
      KeySchema: [
        { AttributeName: "pk", KeyType: "HASH" },
        { AttributeName: "sk", KeyType: "RANGE" },
      ],
      GlobalSecondaryIndexes: [
        {
          // Only what begins and ends an execution is listed: the index stays small.
          IndexName: "executions",
          KeySchema: [
            { AttributeName: "listed", KeyType: "HASH" },
            { AttributeName: "at", KeyType: "RANGE" },
          ],
          Projection: { ProjectionType: "ALL" },
        },
      ],
    },
  },
};

/** Also where the stack does not make it. */
export const TABLE_ARN = sub("arn:${AWS::Partition}:dynamodb:${AWS::Region}:${AWS::AccountId}:table/${TableName}");
export const INDEX_ARN = sub(
  "arn:${AWS::Partition}:dynamodb:${AWS::Region}:${AWS::AccountId}:table/${TableName}/index/executions",
);
