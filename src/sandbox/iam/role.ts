import type { Tag } from "../http/tags.ts";
/** A role of the account. */
export interface Role {
  readonly name: string;
  readonly path: string;
  readonly createdAt: number;
  readonly description: string | undefined;
  readonly tags: readonly Tag[];
  /** Who may assume it: JSON, as it was given. */
  trust: string;
}
