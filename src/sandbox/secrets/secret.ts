/** A secret as Secrets Manager keeps it. Its value opens nothing outside the sandbox. */
export interface Secret {
  readonly arn: string;
  readonly name: string;
  readonly value: string;
  readonly versionId: string;
  readonly createdAt: number;
}
