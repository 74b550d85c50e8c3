/** A secret as Secrets Manager keeps it. Its value is made up, and never worth anything. */
export interface Secret {
  readonly arn: string;
  readonly name: string;
  readonly value: string;
  readonly versionId: string;
  readonly createdAt: number;
}
