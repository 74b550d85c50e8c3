import type { Input } from "../http/input.ts";
import type { ItemStore, Keys } from "./item-store.ts";

export interface Index {
  readonly name: string;
  readonly keys: Keys;
  readonly projection: "ALL" | "KEYS_ONLY" | "INCLUDE";
  /** For INCLUDE: what is in it beside the keys. */
  readonly included: readonly string[];
}

/** A table with its items. Members that have no effect here are kept as they were given. */
export interface Table {
  readonly name: string;
  readonly arn: string;
  readonly id: string;
  readonly createdAt: number;
  status: "CREATING" | "ACTIVE" | "DELETING";
  readonly keys: Keys;
  /** Type of each attribute that is a key: S, N or B. */
  readonly types: Readonly<Record<string, string>>;
  readonly indexes: readonly Index[];
  /** Undefined: on demand. */
  readonly provisioned: Input | undefined;
  readonly tableClass: string | undefined;
  readonly isProtected: boolean;
  /** Key of KMS that encrypts it; undefined: DynamoDB's own. */
  readonly kmsKey: string | undefined;
  readonly stream: { readonly view: string; readonly label: string } | undefined;
  /** Since when it can be restored to a point in time; undefined: it cannot. */
  restorableSince: number | undefined;
  readonly items: ItemStore;
}
