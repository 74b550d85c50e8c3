import type { Tag } from "../http/tags.ts";
export interface Repository {
  readonly name: string;
  readonly arn: string;
  readonly createdAt: number;
  readonly isImmutable: boolean;
  tags: readonly Tag[];
}
