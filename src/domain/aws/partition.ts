/** Partitions by how the names of their regions begin; the others are of `aws`. (`partitions.json` of the SDKs) [D] */
const PARTITIONS: readonly (readonly [beginning: string, partition: string])[] = [
  ["cn-", "aws-cn"],
  ["us-gov-", "aws-us-gov"],
  ["us-iso-", "aws-iso"],
  ["us-isob-", "aws-iso-b"],
  ["eu-isoe-", "aws-iso-e"],
  ["us-isof-", "aws-iso-f"],
  ["eusc-", "aws-eusc"],
];

export const partitionOfRegion = (region: string): string =>
  PARTITIONS.find(([beginning]) => region.startsWith(beginning))?.[1] ?? "aws";

/** `arn:aws-cn:sts::111122223333:assumed-role/…` → `aws-cn`; undefined where it is no ARN. */
export const partitionOfArn = (arn: string): string | undefined => /^arn:(aws[a-z-]*):/.exec(arn)?.[1];
