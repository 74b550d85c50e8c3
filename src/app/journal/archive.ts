import { attribute, ref, sub } from "../../domain/cloudformation/functions.ts";
import { allow, named, policy, trust } from "../../domain/cloudformation/policy.ts";
import type { JsonObject } from "../../domain/json.ts";

const ONLY = { Condition: "HasArchive" } as const;
const BUCKET = attribute("ArchiveBucket", "Arn");
const OBJECTS = sub("{ArchiveBucket.Arn}/*");

/**
 * Every change of the table, through a stream of Kinesis and Firehose, as objects that cannot be changed or deleted for the days
 * asked for. [D: DynamoDB, change data capture with Kinesis Data Streams; S3, Object Lock]
 */
export const archiveResources: JsonObject = {
  ArchiveStream: {
    Type: "AWS::Kinesis::Stream",
    ...ONLY,
    Properties: {
      StreamModeDetails: { StreamMode: "ON_DEMAND" },
      RetentionPeriodHours: 168,
      StreamEncryption: { EncryptionType: "KMS", KeyId: "alias/aws/kinesis" },
    },
  },
  ArchiveBucket: {
    Type: "AWS::S3::Bucket",
    ...ONLY,
    DeletionPolicy: "Retain",
    UpdateReplacePolicy: "Retain",
    Properties: {
      ObjectLockEnabled: true,
      ObjectLockConfiguration: {
        ObjectLockEnabled: "Enabled",
        Rule: { DefaultRetention: { Mode: ref("ArchiveMode"), Days: ref("ArchiveDays") } },
      },
      VersioningConfiguration: { Status: "Enabled" },
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: "AES256" } }],
      },
      OwnershipControls: { Rules: [{ ObjectOwnership: "BucketOwnerEnforced" }] },
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
    },
  },
  ArchiveBucketPolicy: {
    Type: "AWS::S3::BucketPolicy",
    ...ONLY,
    Properties: {
      Bucket: ref("ArchiveBucket"),
      PolicyDocument: policy({
        Sid: "EncryptedConnectionsAlone",
        Effect: "Deny",
        Principal: "*",
        Action: "s3:*",
        Resource: [BUCKET, OBJECTS],
        Condition: { Bool: { "aws:SecureTransport": "false" } },
      }),
    },
  },
  ArchiveRole: {
    Type: "AWS::IAM::Role",
    ...ONLY,
    Properties: {
      AssumeRolePolicyDocument: trust(
        { Service: "firehose.amazonaws.com" },
        { StringEquals: { "aws:SourceAccount": ref("AWS::AccountId") } },
      ),
      Policies: [
        {
          PolicyName: "deliver",
          PolicyDocument: policy(
            named(
              "ReadStream",
              allow(
                ["kinesis:DescribeStream", "kinesis:GetShardIterator", "kinesis:GetRecords", "kinesis:ListShards"],
                attribute("ArchiveStream", "Arn"),
              ),
            ),
            named(
              "WriteObjects",
              allow(
                [
                  "s3:AbortMultipartUpload",
                  "s3:GetBucketLocation",
                  "s3:GetObject",
                  "s3:ListBucket",
                  "s3:ListBucketMultipartUploads",
                  "s3:PutObject",
                ],
                [BUCKET, OBJECTS],
              ),
            ),
          ),
        },
      ],
    },
  },
  ArchiveDelivery: {
    Type: "AWS::KinesisFirehose::DeliveryStream",
    ...ONLY,
    Properties: {
      DeliveryStreamType: "KinesisStreamAsSource",
      KinesisStreamSourceConfiguration: {
        KinesisStreamARN: attribute("ArchiveStream", "Arn"),
        RoleARN: attribute("ArchiveRole", "Arn"),
      },
      ExtendedS3DestinationConfiguration: {
        BucketARN: BUCKET,
        RoleARN: attribute("ArchiveRole", "Arn"),
        BufferingHints: { IntervalInSeconds: 60, SizeInMBs: 5 },
        CompressionFormat: "GZIP",
        Prefix: "journal/",
        ErrorOutputPrefix: "failed/",
      },
    },
  },
};
