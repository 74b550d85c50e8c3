export interface Tag {
  readonly Key: string;
  readonly Value: string;
}

export interface Repository {
  readonly name: string;
  readonly arn: string;
  readonly createdAt: number;
  readonly isImmutable: boolean;
  tags: readonly Tag[];
}
