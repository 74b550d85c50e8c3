import type { Tag } from "../http/tags.ts";
/** A parameter of Systems Manager's Parameter Store. */
export interface Parameter {
  readonly name: string;
  readonly type: string;
  readonly value: string;
  readonly version: number;
  readonly modifiedAt: number;
  readonly description: string | undefined;
  tags: readonly Tag[];
}
